// Quoting into a buffer: the copy's hot path, without a string for each value. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

namespace penstock::snapshot {

// Appends 'bytes' with the characters escaped that end or change a quoted literal. Text of any
// character set is safe so, because the statement is read as utf8mb4, whose multi-byte characters
// hold none of them.
inline void append_quoted(std::string& out, std::string_view bytes) {
    out += '\'';
    std::size_t from = 0;
    while (true) {
        const std::size_t at = bytes.find_first_of(std::string_view("'\\\0", 3), from);
        out.append(bytes.substr(from, at - from));
        if (at == std::string_view::npos) break;
        out += '\\';
        out += bytes[at] == '\0' ? '0' : bytes[at];
        from = at + 1;
    }
    out += '\'';
}

}  // namespace penstock::snapshot
