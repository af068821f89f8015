#include "penstock/result.h"

#include <algorithm>
#include <cstdio>

namespace penstock {

const char* to_string(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::transient:
            return "transient";
        case ErrorKind::definite:
            return "definite";
        case ErrorKind::corrupt:
            return "corrupt";
        case ErrorKind::refused:
            return "refused";
        case ErrorKind::cancelled:
            return "cancelled";
    }
    return "unknown";
}

namespace {

// The length of the UTF-8 character that begins at `at`, 0 if none does.
std::size_t character_bytes(const std::string& text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(at);
    if (lead < 0x80) return 1;
    const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || at + size > text.size()) return 0;
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(at + i) & 0xC0) != 0x80) return 0;
    }
    const bool overlong =
        (lead == 0xE0 && byte(at + 1) < 0xA0) || (lead == 0xF0 && byte(at + 1) < 0x90);
    const bool outside =
        (lead == 0xED && byte(at + 1) > 0x9F) || (lead == 0xF4 && byte(at + 1) > 0x8F);
    return overlong || outside ? 0 : size;
}

}  // namespace

std::string valid_utf8(const std::string& text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t size = character_bytes(text, at);
        if (size == 0) {
            char escaped[8];
            std::snprintf(escaped, sizeof escaped, "\\x%02X", static_cast<unsigned char>(text[at]));
            out += escaped;
        } else {
            out.append(text, at, size);
        }
        at += std::max<std::size_t>(size, 1);
    }
    return out;
}

std::string Error::to_string() const {
    char prefix[16];
    std::snprintf(prefix, sizeof prefix, "PST-%04u ", static_cast<unsigned>(code.number));
    std::string out = prefix + text;
    if (!remedy.empty()) out += ". Remedy: " + remedy;
    return out;
}

}  // namespace penstock
