#include "core/base/content_hash.h"

#include "core/base/job_context.h"
#include "core/base/mapped_file.h"
#include "core/base/mapped_pages.h"

#include <algorithm>
#include <array>
#include <new>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <xxhash.h>

namespace bw {

namespace {
constexpr std::size_t hashBlock = std::size_t { 4 } << 20; // about 10 ms of SHA-256

std::string hexText(std::span<const unsigned char> bytes)
{
    static constexpr char digits[] = "0123456789abcdef";
    std::string out;
    for (const unsigned char byte : bytes) {
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
    return out;
}

std::string sha256Blocks(std::span<const std::byte> bytes, const JobContext& ctx)
{
    Sha256 hash;
    for (std::size_t at = 0; at < bytes.size(); at += hashBlock) {
        ctx.checkpoint();
        const auto block = bytes.subspan(at, std::min(hashBlock, bytes.size() - at));
        hash.update(block);
        releasePages(block);
    }
    return hash.hex();
}
} // namespace

ContentHash contentHash(std::span<const std::byte> bytes)
{
    const XXH128_hash_t h = XXH3_128bits(bytes.data(), bytes.size());
    return { h.high64, h.low64 };
}

ContentHash contentHash(std::string_view text)
{
    return contentHash(std::as_bytes(std::span(text)));
}

ContentHash combine(const ContentHash& a, const ContentHash& b)
{
    const std::array<std::uint64_t, 4> words { a.high, a.low, b.high, b.low };
    return contentHash(std::as_bytes(std::span(words)));
}

std::string hexText(const ContentHash& hash)
{
    return fmt::format("{:016x}{:016x}", hash.high, hash.low);
}

Sha256::Sha256()
    : m_state(EVP_MD_CTX_new())
{
    if (m_state == nullptr) {
        throw std::bad_alloc();
    }
    EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(m_state), EVP_sha256(), nullptr);
}

Sha256::~Sha256()
{
    EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(m_state));
}

void Sha256::update(std::span<const std::byte> bytes)
{
    EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(m_state), bytes.data(), bytes.size());
}

std::string Sha256::hex()
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest {};
    unsigned length = 0;
    EVP_DigestFinal_ex(static_cast<EVP_MD_CTX*>(m_state), digest.data(), &length);
    return hexText({ digest.data(), length });
}

std::string sha256(std::span<const std::byte> bytes)
{
    return sha256Blocks(bytes, {});
}

std::string sha256OfFile(const std::filesystem::path& file, const JobContext& ctx)
{
    return sha256Blocks(MappedFile::open(file)->bytes(), ctx);
}

} // namespace bw
