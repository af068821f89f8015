#include "snapshot/json_literal.h"

#include <fmt/format.h>
#include <array>
#include <charconv>
#include <cstdint>

#include "base/text.h"
#include "snapshot/quoting.h"

namespace penstock::snapshot {
namespace {

constexpr unsigned depth_max = 100;  // the server's own limit: sql-common/json_dom.h

bool is_number_character(char c) {
    return base::is_digit(c) || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

// Behind the string that begins at `at`.
std::size_t skip_string(std::string_view text, std::size_t at) {
    for (++at; at < text.size(); ++at) {
        if (text[at] == '\\') {
            ++at;
        } else if (text[at] == '"') {
            return at + 1;
        }
    }
    return text.size();
}

std::size_t skip_number(std::string_view text, std::size_t at) {
    while (at < text.size() && is_number_character(text[at])) ++at;
    return at;
}

bool starts_number(char c) {
    return base::is_digit(c) || c == '-';
}

// Behind the value that begins at `at`; `fragile` becomes true if it holds a fragile number.
std::size_t skip_value(std::string_view text, std::size_t at, bool& fragile) {
    unsigned depth = 0;
    while (at < text.size()) {
        const char c = text[at];
        if (c == '"') {
            at = skip_string(text, at);
        } else if (starts_number(c)) {
            const std::size_t end = skip_number(text, at);
            fragile = fragile || is_fragile_number(text.substr(at, end - at));
            at = end;
        } else if (base::is_space(c) || c == ':' || (c == ',' && depth > 0)) {
            ++at;
            continue;
        } else if (c == '{' || c == '[') {
            ++depth;
            ++at;
            continue;
        } else if (c == '}' || c == ']') {
            if (depth == 0) return at;
            --depth;
            ++at;
        } else if (c == ',') {
            return at;
        } else {
            ++at;  // a letter of true, false or null
            continue;
        }
        if (depth == 0) return at;
    }
    return at;
}

// "1.50" as CAST('1.50' AS DECIMAL(3,2)).
void append_decimal(std::string& out, std::string_view token) {
    std::size_t digits = 0;
    for (const char c : token) digits += base::is_digit(c) ? 1 : 0;
    const std::size_t point = token.find('.');
    const std::size_t scale = point == std::string_view::npos ? 0 : token.size() - point - 1;
    out += fmt::format("CAST('{}' AS DECIMAL({},{}))", token, digits, scale);
}

class Expression {
public:
    Expression(std::string& out, std::string_view text) : out_(out), text_(text) {}

    // False: not JSON as the server prints it; what was appended is to be dropped.
    [[nodiscard]] bool append_value(unsigned depth) {
        skip_space();
        bool fragile = false;
        const std::size_t end = skip_value(text_, at_, fragile);
        if (end == at_ || depth > depth_max) return false;
        if (!fragile) {
            out_ += "CAST(_utf8mb4";
            append_quoted(out_, text_.substr(at_, end - at_));
            out_ += " AS JSON)";
            at_ = end;
            return true;
        }
        if (text_[at_] == '{') return append_members("JSON_OBJECT(", '}', depth);
        if (text_[at_] == '[') return append_members("JSON_ARRAY(", ']', depth);
        append_decimal(out_, text_.substr(at_, end - at_));
        at_ = end;
        return true;
    }

    [[nodiscard]] bool at_end() {
        skip_space();
        return at_ == text_.size();
    }

private:
    void skip_space() {
        while (at_ < text_.size() && base::is_space(text_[at_])) ++at_;
    }

    [[nodiscard]] bool append_members(std::string_view head, char close, unsigned depth) {
        out_ += head;
        ++at_;
        while (true) {
            if (close == '}' && !append_name()) return false;
            if (!append_value(depth + 1)) return false;
            skip_space();
            if (at_ == text_.size()) return false;
            const char next = text_[at_++];
            if (next == close) break;
            if (next != ',') return false;
            out_ += ',';
        }
        out_ += ')';
        return true;
    }

    [[nodiscard]] bool append_name() {
        skip_space();
        if (at_ == text_.size() || text_[at_] != '"') return false;
        const std::size_t end = skip_string(text_, at_);
        out_ += "JSON_UNQUOTE(_utf8mb4";
        append_quoted(out_, text_.substr(at_, end - at_));
        out_ += "),";
        at_ = end;
        skip_space();
        if (at_ == text_.size() || text_[at_] != ':') return false;
        ++at_;
        return true;
    }

    std::string& out_;
    std::string_view text_;
    std::size_t at_ = 0;
};

template <class Integer>
bool fits(std::string_view token) {
    Integer value = 0;
    const auto parsed = std::from_chars(token.data(), token.data() + token.size(), value);
    return parsed.ec == std::errc() && parsed.ptr == token.data() + token.size();
}

// Digits from the first that is not zero to the last before the exponent.
std::string significant_digits(std::string_view token) {
    std::string digits;
    for (const char c : token.substr(0, token.find('e'))) {
        if (base::is_digit(c) && !(c == '0' && digits.empty())) digits += c;
    }
    while (!digits.empty() && digits.back() == '0') digits.pop_back();
    return digits;
}

}  // namespace

bool is_fragile_number(std::string_view token) {
    if (token.find_first_of("eE") != std::string_view::npos) return false;  // never a DECIMAL
    const std::size_t point = token.find('.');
    if (point == std::string_view::npos) {
        return !fits<std::int64_t>(token) && !fits<std::uint64_t>(token);
    }
    const std::string_view fraction = token.substr(point + 1);
    if (fraction.size() > 1 && fraction.back() == '0') return true;
    // A DOUBLE is printed with the fewest digits that name it; other digits are no DOUBLE's.
    double value = 0;
    std::from_chars(token.data(), token.data() + token.size(), value);
    std::array<char, 64> shortest{};
    const auto printed = std::to_chars(shortest.data(), shortest.data() + shortest.size(), value,
                                       std::chars_format::scientific);
    const std::string_view text(shortest.data(),
                                static_cast<std::size_t>(printed.ptr - shortest.data()));
    return significant_digits(text) != significant_digits(token);
}

void append_json(std::string& out, std::string_view text) {
    bool fragile = false;
    if (skip_value(text, 0, fragile) == text.size() && fragile) {
        const std::size_t before = out.size();
        out += "CAST(";
        Expression expression(out, text);
        if (expression.append_value(0) && expression.at_end()) {
            out += " AS JSON)";
            return;
        }
        out.resize(before);
    }
    out += "_utf8mb4";
    append_quoted(out, text);
}

}  // namespace penstock::snapshot
