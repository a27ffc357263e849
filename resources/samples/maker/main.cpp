#include "check.h"
#include "export_script.h"
#include "sample_files.h"
#include "train.h"

#include <chrono>
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>

namespace {

int usage()
{
    std::fputs("usage: bitwright-sample-maker --write DIR | --images DIR | --check DIR\n"
               "  --write   draw the images, train the network, write all four files, check them\n"
               "  --images  only draw and write the images and dataset.json\n"
               "  --check   compare the files with what is drawn now and try the model\n",
        stderr);
    return 2;
}

void trainAndExport(const std::filesystem::path& folder)
{
    const auto start = std::chrono::steady_clock::now();
    const bw::ShapesNet net = bw::trainedNet();
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    std::printf("trained in %.0f s\n", seconds.count());
    bw::exportScript(net, folder / bw::modelFileName);
}

int run(const char* mode, const std::filesystem::path& folder)
{
    // With more threads sums are split elsewhere and the trained bits differ.
    at::set_num_threads(1);
    const bool write = std::strcmp(mode, "--write") == 0;
    const bool images = std::strcmp(mode, "--images") == 0;
    if (!write && !images && std::strcmp(mode, "--check") != 0) {
        return usage();
    }
    if (write || images) {
        bw::writeImageFiles(folder);
    }
    if (write) {
        trainAndExport(folder);
    }
    return images || bw::checkSample(folder) ? 0 : 1;
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 3) {
        return usage();
    }
    try {
        return run(argv[1], argv[2]);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bitwright-sample-maker: %s\n", error.what());
        return 1;
    }
}
