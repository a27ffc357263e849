#include "core/base/system_call_filter.h"

#include <cstddef>
#include <cstdint>
#include <vector>

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

namespace bw {

#ifdef __x86_64__
namespace {

using Filter = std::vector<sock_filter>;
constexpr std::uint32_t firstX32Call = 0x40000000;

sock_filter statement(unsigned code, std::uint32_t value)
{
    return { static_cast<std::uint16_t>(code), 0, 0, value };
}

sock_filter jump(unsigned code, std::uint32_t value, std::uint8_t ifTrue, std::uint8_t ifFalse)
{
    return { static_cast<std::uint16_t>(code), ifTrue, ifFalse, value };
}

void loadNumber(Filter& filter)
{
    filter.push_back(statement(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)));
}

void kill(Filter& filter, long number)
{
    filter.push_back(jump(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(number), 0, 1));
    filter.push_back(statement(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
}

/// Ends calls of `number` whose argument has any of `bits`.
void killIfSet(Filter& filter, long number, int argument, std::uint32_t bits)
{
    filter.push_back(jump(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(number), 0, 4));
    filter.push_back(statement(BPF_LD | BPF_W | BPF_ABS,
        static_cast<std::uint32_t>(offsetof(seccomp_data, args)) + 8U * static_cast<std::uint32_t>(argument)));
    filter.push_back(jump(BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1));
    filter.push_back(statement(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
    filter.push_back(statement(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
}

Filter makeFilter()
{
    Filter filter;
    // System calls of another architecture have other numbers.
    filter.push_back(statement(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)));
    filter.push_back(jump(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0));
    filter.push_back(statement(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
    loadNumber(filter);
    filter.push_back(jump(BPF_JMP | BPF_JGE | BPF_K, firstX32Call, 0, 1));
    filter.push_back(statement(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
    for (const long number : { SYS_execve, SYS_execveat, SYS_socket, SYS_connect, SYS_bind, SYS_ptrace, SYS_unlink,
             SYS_unlinkat, SYS_rename, SYS_renameat, SYS_renameat2, SYS_mkdir, SYS_mkdirat, SYS_rmdir, SYS_symlink,
             SYS_symlinkat, SYS_link, SYS_linkat, SYS_chmod, SYS_fchmod, SYS_fchmodat, SYS_truncate, SYS_ftruncate,
             SYS_creat, SYS_openat2, SYS_io_uring_setup, SYS_process_vm_writev, SYS_pidfd_open, SYS_pwrite64, SYS_kill, SYS_tkill, SYS_fork, SYS_vfork, SYS_mknod, SYS_mknodat }) {
        kill(filter, number);
    }
    constexpr std::uint32_t writing = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND;
    killIfSet(filter, SYS_open, 1, writing);
    killIfSet(filter, SYS_openat, 2, writing);
    filter.push_back(statement(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    return filter;
}

} // namespace

bool forbidSideEffects()
{
    Filter filter = makeFilter();
    const sock_fprog program { static_cast<unsigned short>(filter.size()), filter.data() };
    return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

#else
bool forbidSideEffects()
{
    return false;
}
#endif

} // namespace bw
