// ServerVersion: flavour and version from the server's version string. Pure.
//
// The flavour comes from the word "MariaDB" alone, never from comparing numbers: MySQL has calendar
// versions such as 26.7, and MariaDB may put "5.5.5-" before its own number.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace penstock::mysql {

enum class Flavour : std::uint8_t { mysql, mariadb };

struct ServerVersion {
    Flavour flavour = Flavour::mysql;
    unsigned major = 0;
    unsigned minor = 0;
    unsigned patch = 0;
    std::string text;  // as the server says it

    [[nodiscard]] static ServerVersion parse(std::string_view text);
    [[nodiscard]] bool at_least(unsigned want_major, unsigned want_minor,
                                unsigned want_patch = 0) const;
};

}  // namespace penstock::mysql
