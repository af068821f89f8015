#include "mysql/server_version.h"

#include <tuple>

#include "base/text.h"

namespace penstock::mysql {

ServerVersion ServerVersion::parse(std::string_view text) {
    ServerVersion version;
    version.text = text;
    if (text.find("MariaDB") != std::string_view::npos ||
        text.find("mariadb") != std::string_view::npos) {
        version.flavour = Flavour::mariadb;
        if (text.starts_with("5.5.5-")) text.remove_prefix(6);
    }
    unsigned* const parts[] = {&version.major, &version.minor, &version.patch};
    std::size_t at = 0;
    for (unsigned* part : parts) {
        while (at < text.size() && base::is_digit(text[at]) && *part < 100'000) {
            *part = *part * 10 + static_cast<unsigned>(text[at++] - '0');
        }
        if (at >= text.size() || text[at] != '.') break;
        ++at;
    }
    return version;
}

bool ServerVersion::at_least(unsigned want_major, unsigned want_minor, unsigned want_patch) const {
    return std::tie(major, minor, patch) >= std::tie(want_major, want_minor, want_patch);
}

}  // namespace penstock::mysql
