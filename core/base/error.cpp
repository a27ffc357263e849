#include "core/base/error.h"

namespace bw {

namespace {
struct KindFacts
{
    const char* name;
    int exitCode;
};

KindFacts factsOf(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::BadInput:
        return { "bad_input", 2 };
    case ErrorKind::NotFound:
        return { "not_found", 3 };
    case ErrorKind::BadFile:
        return { "bad_file", 3 };
    case ErrorKind::Refused:
        return { "refused", 3 };
    case ErrorKind::Unsupported:
        return { "unsupported", 4 };
    case ErrorKind::Io:
        return { "io", 5 };
    case ErrorKind::Verification:
        return { "verification", 6 };
    case ErrorKind::OutOfMemory:
        return { "out_of_memory", 7 };
    case ErrorKind::Backend:
        return { "backend", 3 };
    case ErrorKind::Internal:
        break;
    }
    return { "internal", 1 };
}
} // namespace

const char* errorKindName(ErrorKind kind)
{
    return factsOf(kind).name;
}
int exitCode(ErrorKind kind)
{
    return factsOf(kind).exitCode;
}

Error::Error(ErrorKind kind, Text message)
    : std::runtime_error(message.english())
    , m_kind(kind)
    , m_message(std::move(message))
    , m_what(fullEnglish())
{
}

Error& Error::in(Text place) &
{
    if (!m_context.empty() && m_context.back() == place) {
        return *this; // said already
    }
    m_context.push_back(std::move(place));
    m_what = fullEnglish();
    return *this;
}

Error&& Error::in(Text place) &&
{
    return std::move(in(std::move(place)));
}

std::string Error::fullEnglish() const
{
    std::string out;
    for (auto place = m_context.rbegin(); place != m_context.rend(); ++place) {
        out += place->english() + ": ";
    }
    return out + m_message.english();
}

} // namespace bw
