#include "core/base/error.h"
#include "core/torch/swap_table.h"
#include "core/torch/torch_session.h"
#include "core/torch/weight_packer.h"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <torch/csrc/jit/serialization/export.h>
#include <unistd.h>

namespace bw::torch_backend {

namespace {

/// A file being written; remembers the first failure and takes no more then, but seems to: LibTorch's writer throws
/// from its destructor, which ends the program, if writing fails.
class OutputFile
{
public:
    explicit OutputFile(const std::filesystem::path& path)
        : m_fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666))
    {
        m_error = m_fd < 0 ? errno : 0;
    }
    ~OutputFile() { close(); }
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    void write(const void* data, std::size_t count)
    {
        std::size_t done = 0;
        while (m_error == 0 && done < count) {
            const auto written = ::write(m_fd, static_cast<const char*>(data) + done, count - done);
            if (written >= 0) {
                done += static_cast<std::size_t>(written);
            } else if (errno != EINTR) {
                m_error = errno;
            }
        }
    }

    void close()
    {
        if (m_fd >= 0 && ::close(m_fd) != 0 && m_error == 0) {
            m_error = errno;
        }
        m_fd = -1;
    }

    void requireGood(const std::filesystem::path& path) const
    {
        if (m_error != 0) {
            throw Error(ErrorKind::Io, BW_TR_NOOP("core", "%1 cannot be written: %2."), printable(path.string()),
                std::generic_category().message(m_error));
        }
    }

private:
    int m_fd;
    int m_error = 0;
};

} // namespace

void saveProgram(ScriptProgram program, const std::filesystem::path& path, const ProgramParts& parts)
{
    SwapTable swaps(program);
    for (const auto& [name, values] : parts.weights) {
        swaps.set(name, values);
    }
    packWeights(program, parts.packed);
    for (const auto& [name, text] : parts.notes) {
        program.extraFiles[name] = text;
    }
    OutputFile file(path);
    file.requireGood(path);
    const auto writer = [&](const void* data, std::size_t count) {
        file.write(data, count);
        return count;
    };
    // Through a function, so that the archive's inner folder is called "archive" whatever the file is called.
    torch::jit::ExportModule(program.module, writer, program.extraFiles);
    file.close();
    file.requireGood(path);
}

} // namespace bw::torch_backend
