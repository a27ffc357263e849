# Bitwright::libtorch: LibTorch for the one target that may see it. Not find_package(Torch): that drags in protobuf, glog,
# gflags and a dozen definitions that nothing here needs; libtorch.so itself is an empty shell.

find_path(BITWRIGHT_TORCH_INCLUDE torch/script.h)
find_library(BITWRIGHT_TORCH_CPU_LIBRARY torch_cpu)
find_library(BITWRIGHT_C10_LIBRARY c10)
if(NOT BITWRIGHT_TORCH_INCLUDE OR NOT BITWRIGHT_TORCH_CPU_LIBRARY OR NOT BITWRIGHT_C10_LIBRARY)
    message(FATAL_ERROR "LibTorch was not found. Install libtorch-dev (packaging/install-deps.sh), or configure with "
        "-DBITWRIGHT_WITH_TORCH=OFF: then Bitwright neither opens nor runs TorchScript models.")
endif()

add_library(bitwright_libtorch INTERFACE)
add_library(Bitwright::libtorch ALIAS bitwright_libtorch)
target_include_directories(bitwright_libtorch SYSTEM INTERFACE
    ${BITWRIGHT_TORCH_INCLUDE} ${BITWRIGHT_TORCH_INCLUDE}/torch/csrc/api/include)
target_link_libraries(bitwright_libtorch INTERFACE ${BITWRIGHT_TORCH_CPU_LIBRARY} ${BITWRIGHT_C10_LIBRARY} Threads::Threads)
