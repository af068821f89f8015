#include "penstock/result.h"

#include <algorithm>
#include <cstdio>

#include "base/utf8.h"

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

std::string valid_utf8(const std::string& text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t size = base::utf8_character_bytes(text, at);
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
