#include "binlog/json_path.h"

#include <fmt/core.h>
#include <charconv>
#include <cstdint>
#include <optional>

#include "binlog/errors.h"

namespace penstock::binlog {
namespace {

constexpr std::uint32_t surrogates_begin = 0xD800;
constexpr std::uint32_t low_surrogates_begin = 0xDC00;
constexpr std::uint32_t surrogates_end = 0xE000;

void append_utf8(std::string& out, std::uint32_t code) {
    const auto tail = [&](unsigned shift) {
        out += static_cast<char>(0x80 | (code >> shift & 0x3F));
    };
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += static_cast<char>(0xC0 | code >> 6);
        tail(0);
    } else if (code < 0x10000) {
        out += static_cast<char>(0xE0 | code >> 12);
        tail(6);
        tail(0);
    } else {
        out += static_cast<char>(0xF0 | code >> 18);
        tail(12);
        tail(6);
        tail(0);
    }
}

class PathReader {
public:
    explicit PathReader(std::string_view path) : rest_(path) {}

    [[nodiscard]] bool read(std::vector<JsonPathLeg>& legs) {
        if (!take('$')) return false;
        while (!rest_.empty()) {
            JsonPathLeg& leg = legs.emplace_back();
            leg.is_cell = take('[');
            if (leg.is_cell ? !read_cell(leg) : !take('.') || !read_name(leg.name)) return false;
        }
        return true;
    }

private:
    [[nodiscard]] bool take(char c) {
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }

    [[nodiscard]] bool read_cell(JsonPathLeg& leg) {
        leg.from_end = rest_.starts_with("last");
        if (leg.from_end) rest_.remove_prefix(4);
        if (leg.from_end && take(']')) return true;
        if (leg.from_end && !take('-')) return false;
        std::uint32_t index = 0;
        const char* const end = rest_.data() + rest_.size();
        const auto read = std::from_chars(rest_.data(), end, index);
        if (read.ec != std::errc()) return false;
        rest_.remove_prefix(static_cast<std::size_t>(read.ptr - rest_.data()));
        leg.index = index;
        return take(']');
    }

    [[nodiscard]] bool read_name(std::string& name) {
        if (!take('"')) {
            const std::size_t end = std::min(rest_.find_first_of(".[*\" "), rest_.size());
            const std::string_view plain = rest_.substr(0, end);
            rest_.remove_prefix(end);
            name = plain;
            return !plain.empty();
        }
        while (!rest_.empty()) {
            if (take('"')) return true;
            if (take('\\')) {
                if (!read_escaped(name)) return false;
            } else {
                name += rest_.front();
                rest_.remove_prefix(1);
            }
        }
        return false;
    }

    [[nodiscard]] bool read_escaped(std::string& name) {
        if (rest_.empty()) return false;
        constexpr std::string_view letters = "\"\\/bfnrt";
        constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
        const std::size_t at = letters.find(rest_.front());
        if (at != std::string_view::npos) {
            name += meanings[at];
            rest_.remove_prefix(1);
            return true;
        }
        std::optional<std::uint32_t> code = read_code_unit();
        if (!code) return false;
        if (*code >= surrogates_begin && *code < surrogates_end) {
            if (*code >= low_surrogates_begin || !take('\\')) return false;
            const std::optional<std::uint32_t> low = read_code_unit();
            if (!low || *low < low_surrogates_begin || *low >= surrogates_end) return false;
            code = 0x10000 + ((*code - surrogates_begin) << 10) + (*low - low_surrogates_begin);
        }
        append_utf8(name, *code);
        return true;
    }

    // Of "u00e4".
    [[nodiscard]] std::optional<std::uint32_t> read_code_unit() {
        constexpr std::size_t digits = 4;
        if (!take('u') || rest_.size() < digits) return std::nullopt;
        std::uint32_t code = 0;
        const auto read = std::from_chars(rest_.data(), rest_.data() + digits, code, 16);
        if (read.ec != std::errc() || read.ptr != rest_.data() + digits) return std::nullopt;
        rest_.remove_prefix(digits);
        return code;
    }

    std::string_view rest_;
};

}  // namespace

Result<std::vector<JsonPathLeg>> parse_json_path(std::string_view path) {
    std::vector<JsonPathLeg> legs;
    if (!PathReader(path).read(legs)) {
        return fail(ErrorKind::corrupt, error_json_diff,
                    fmt::format("not the path of a JSON value: {}", path));
    }
    return legs;
}

}  // namespace penstock::binlog
