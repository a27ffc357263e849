#pragma once
// value header

#include <compare>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace bw {

class JobContext;

/// 128 bits that stand for a content in cache keys (XXH3; not for proofs).
struct ContentHash
{
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    friend auto operator<=>(const ContentHash&, const ContentHash&) = default;
};

ContentHash contentHash(std::span<const std::byte> bytes);
ContentHash contentHash(std::string_view text);
/// Order matters.
ContentHash combine(const ContentHash& a, const ContentHash& b);
/// 32 lower-case hex digits, for names of cache files and for documents.
std::string hexText(const ContentHash& hash);

/// SHA-256 in lower-case hex: what reports and exports state.
std::string sha256(std::span<const std::byte> bytes);
/// The same, given piece by piece.
class Sha256
{
public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;
    void update(std::span<const std::byte> bytes);
    /// Of all bytes so far; the object is used up.
    std::string hex();

private:
    void* m_state = nullptr;
};
/// Of a whole file; Error{NotFound|Io} if it cannot be read.
std::string sha256OfFile(const std::filesystem::path& file, const JobContext& ctx);

} // namespace bw

template <>
struct std::hash<bw::ContentHash>
{
    std::size_t operator()(const bw::ContentHash& h) const noexcept { return static_cast<std::size_t>(h.low ^ h.high); }
};
