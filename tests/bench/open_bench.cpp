// Opening safetensors files of 4 GB. Wanted: at most 1 s (the Time column) and at most 150 MB resident ("resident_MB").

#include "core/model/loader.h"
#include "core/model/safetensors_header.h"
#include "tests/support/temp_dir.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <benchmark/benchmark.h>
#include <unistd.h>

namespace {

constexpr std::int64_t fileValues = std::int64_t { 1 } << 30; // 4 GiB of float32

/// A file with a real header whose data are a hole: nothing of it is on the disk, or may be read at opening.
std::filesystem::path makeFile(const bw::test::TempDir& dir, std::int64_t tensors)
{
    std::vector<bw::SafetensorsEntry> entries;
    for (std::int64_t i = 0; i < tensors; ++i) {
        entries.push_back({ "model.layers." + std::to_string(i) + ".self_attn.q_proj.weight", bw::DType::F32,
            { 64, fileValues / tensors / 64 } });
    }
    const std::string header = bw::buildSafetensorsHeader(entries, { { "format", "pt" } });
    const auto path = dir / "model.safetensors";
    bw::test::writeFile(path, header);
    std::filesystem::resize_file(path, header.size() + entries.back().end);
    return path;
}

double residentMegabytes()
{
    std::ifstream file("/proc/self/statm");
    double pages = 0;
    file >> pages >> pages;
    return pages * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1e6;
}

void openFourGigabytes(benchmark::State& state)
{
    const bw::test::TempDir dir;
    const auto path = makeFile(dir, state.range(0));
    double resident = 0;
    for (auto _ : state) {
        const auto model = bw::openModel(path);
        resident = std::max(resident, residentMegabytes());
        benchmark::DoNotOptimize(model->parameterCount());
    }
    state.counters["resident_MB"] = resident;
    state.counters["file_GB"] = static_cast<double>(std::filesystem::file_size(path)) / 1e9;
}
BENCHMARK(openFourGigabytes)->Arg(300)->Arg(20000)->ArgName("tensors")->Unit(benchmark::kMillisecond);

} // namespace

BENCHMARK_MAIN();
