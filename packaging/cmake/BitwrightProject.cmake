# Settings every target shares: language level, warnings, sanitizers, output folders.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

find_package(Threads REQUIRED)

add_library(bitwright_warnings INTERFACE)
add_library(Bitwright::warnings ALIAS bitwright_warnings)
target_compile_options(bitwright_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wold-style-cast -Wnon-virtual-dtor -Wmissing-declarations
    # Codes must not depend on whether the compiler fused a multiply and an add.
    -ffp-contract=off
    # g++ 12 sees overlaps in std::string that are not there (GCC bug 105329).
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
    $<$<BOOL:${BITWRIGHT_WERROR}>:-Werror>)
target_include_directories(bitwright_warnings INTERFACE ${PROJECT_SOURCE_DIR})

if(BITWRIGHT_SANITIZE)
    add_compile_options(-fsanitize=${BITWRIGHT_SANITIZE} -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${BITWRIGHT_SANITIZE})
endif()

# LibTorch compiles take 0.8 GB each: never two at once.
set_property(GLOBAL PROPERTY JOB_POOLS heavy=1)

# Qt 6.4's moc stops at libstdc++'s <concepts>: let it believe that was read already.
set(CMAKE_AUTOMOC_MOC_OPTIONS -D_GLIBCXX_CONCEPTS)
