#include "penstock/result.h"

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

std::string Error::to_string() const {
    char prefix[16];
    std::snprintf(prefix, sizeof prefix, "PST-%04u ", static_cast<unsigned>(code.number));
    std::string out = prefix + text;
    if (!remedy.empty()) out += ". Remedy: " + remedy;
    return out;
}

}  // namespace penstock
