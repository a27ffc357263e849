#include "core/base/plugin.h"
#include "core/distribute/transport.h"

#include <list>
#include <utility>

#include <mpi.h>

namespace bw {

namespace {

constexpr int messageTag = 1;

class MpiTransport final : public Transport
{
public:
    MpiTransport()
    {
        // All calls come from one thread, which need not be the main one.
        int provided = MPI_THREAD_SINGLE;
        MPI_Init_thread(nullptr, nullptr, MPI_THREAD_SERIALIZED, &provided);
        // A rank that is gone must not end the others.
        MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
        MPI_Comm_rank(MPI_COMM_WORLD, &m_rank);
        MPI_Comm_size(MPI_COMM_WORLD, &m_size);
    }

    /// Without a rank that was lost MPI_Finalize would wait for ever; then the process just ends.
    ~MpiTransport() override
    {
        if (m_isSomeoneLost) {
            return;
        }
        while (!m_sending.empty()) {
            finishSending();
        }
        MPI_Finalize();
    }

    int rank() const override { return m_rank; }
    int size() const override { return m_size; }

    void send(int to, std::string message) override
    {
        finishSending();
        auto& sending = m_sending.emplace_back();
        sending.message = std::move(message);
        const int error = MPI_Isend(sending.message.data(), static_cast<int>(sending.message.size()), MPI_BYTE, to,
            messageTag, MPI_COMM_WORLD, &sending.request);
        if (error != MPI_SUCCESS) {
            m_sending.pop_back();
        }
    }

    std::optional<Message> receive() override
    {
        finishSending();
        int isThere = 0;
        MPI_Status status {};
        if (MPI_Iprobe(MPI_ANY_SOURCE, messageTag, MPI_COMM_WORLD, &isThere, &status) != MPI_SUCCESS || isThere == 0) {
            return std::nullopt;
        }
        int count = 0;
        MPI_Get_count(&status, MPI_BYTE, &count);
        Message message { status.MPI_SOURCE, std::string(static_cast<std::size_t>(count), '\0') };
        if (MPI_Recv(message.text.data(), count, MPI_BYTE, status.MPI_SOURCE, messageTag, MPI_COMM_WORLD,
                MPI_STATUS_IGNORE)
            != MPI_SUCCESS) {
            return std::nullopt;
        }
        return message;
    }

    void leaveAlone() override { m_isSomeoneLost = true; }

private:
    /// A message stays where it is until MPI has read it.
    struct Sending
    {
        std::string message;
        MPI_Request request = MPI_REQUEST_NULL;
    };

    void finishSending()
    {
        for (auto sending = m_sending.begin(); sending != m_sending.end();) {
            int isDone = 0;
            const int error = MPI_Test(&sending->request, &isDone, MPI_STATUS_IGNORE);
            sending = error != MPI_SUCCESS || isDone != 0 ? m_sending.erase(sending) : std::next(sending);
        }
    }

    int m_rank = 0;
    int m_size = 1;
    bool m_isSomeoneLost = false;
    std::list<Sending> m_sending;
};

} // namespace

} // namespace bw

BITWRIGHT_PLUGIN

extern "C" __attribute__((visibility("default"))) bw::Transport* bitwrightMakeTransport();
bw::Transport* bitwrightMakeTransport()
{
    return new bw::MpiTransport();
}
