#include "snapshot/json_document.h"

#include <fmt/format.h>
#include <charconv>
#include <cstdint>
#include <limits>
#include <utility>

#include "base/text.h"
#include "binlog/json_opaque.h"
#include "binlog/json_value.h"
#include "snapshot/errors.h"
#include "snapshot/json_types.h"

namespace penstock::snapshot {
namespace {

using binlog::ColumnType;
using binlog::JsonMember;
using binlog::JsonType;
using binlog::JsonValue;

tl::unexpected<Error> not_understood(std::string_view what) {
    return fail(ErrorKind::corrupt, error_json, fmt::format("a JSON document: {}", what));
}

bool is_number_character(char c) {
    return base::is_digit(c) || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

template <class Number>
[[nodiscard]] bool parse(std::string_view token, Number& number) {
    const auto parsed = std::from_chars(token.data(), token.data() + token.size(), number);
    return parsed.ec == std::errc() && parsed.ptr == token.data() + token.size();
}

// What the server makes of a number's text: integers that need more than 32 bits become UNSIGNED.
char letter_of_number(std::string_view token) {
    std::uint32_t small = 0;
    std::int64_t integer = 0;
    std::uint64_t large = 0;
    if (parse(token, small)) return json_letter::integer;
    if (token.front() == '-' && parse(token, integer)) return json_letter::integer;
    if (parse(token, large)) return json_letter::unsigned_integer;
    return json_letter::real;
}

// The text as a tree of what a server would parse: strings and numbers, a number's text kept in
// JsonValue::bytes.
class TextReader {
public:
    explicit TextReader(std::string_view text) : text_(text) {}

    [[nodiscard]] Result<JsonValue> read() {
        PENSTOCK_ASSIGN(JsonValue value, read_value(0));
        if (peek() != '\0' || at_ != text_.size()) return not_understood("it has no end");
        return value;
    }

private:
    // '\0' at the end.
    [[nodiscard]] char peek() {
        while (at_ < text_.size() && base::is_space(text_[at_])) ++at_;
        return at_ < text_.size() ? text_[at_] : '\0';
    }

    [[nodiscard]] bool take(char expected) {
        if (peek() != expected) return false;
        ++at_;
        return true;
    }

    [[nodiscard]] bool take_word(std::string_view word) {
        if (text_.substr(at_, word.size()) != word) return false;
        at_ += word.size();
        return true;
    }

    [[nodiscard]] Result<JsonValue> read_value(unsigned depth) {
        if (depth > binlog::json_depth_max) return not_understood("it is nested too deeply");
        JsonValue value;
        const char first = peek();
        if (first == '{') return read_object(depth);
        if (first == '[') return read_array(depth);
        if (first == '"') {
            value.type = JsonType::string;
            PENSTOCK_ASSIGN(value.bytes, read_string());
            return value;
        }
        if (base::is_digit(first) || first == '-') {
            const std::size_t start = at_;
            while (at_ < text_.size() && is_number_character(text_[at_])) ++at_;
            value.type = JsonType::real;
            value.bytes = text_.substr(start, at_ - start);
            return value;
        }
        if (take_word("null")) return value;
        value.type = JsonType::boolean;
        value.boolean = take_word("true");
        if (value.boolean || take_word("false")) return value;
        return not_understood("a value that is none");
    }

    [[nodiscard]] Result<JsonValue> read_array(unsigned depth) {
        JsonValue array;
        array.type = JsonType::array;
        ++at_;
        if (take(']')) return array;
        do {
            PENSTOCK_ASSIGN(JsonValue element, read_value(depth + 1));
            array.elements.push_back(std::move(element));
        } while (take(','));
        if (!take(']')) return not_understood("an array without end");
        return array;
    }

    [[nodiscard]] Result<JsonValue> read_object(unsigned depth) {
        JsonValue object;
        object.type = JsonType::object;
        ++at_;
        if (take('}')) return object;
        do {
            JsonMember member;
            if (peek() != '"') return not_understood("a member without name");
            PENSTOCK_ASSIGN(member.name, read_string());
            if (!take(':')) return not_understood("a member without value");
            PENSTOCK_ASSIGN(member.value, read_value(depth + 1));
            if (!object.members.empty() && !before(object.members.back(), member)) {
                return not_understood("members out of order");
            }
            object.members.push_back(std::move(member));
        } while (take(','));
        if (!take('}')) return not_understood("an object without end");
        return object;
    }

    [[nodiscard]] Result<std::string> read_string() {
        std::string bytes;
        ++at_;
        while (at_ < text_.size()) {
            const std::size_t end = text_.find_first_of("\"\\", at_);
            if (end == std::string_view::npos) break;
            bytes += text_.substr(at_, end - at_);
            at_ = end + 1;
            if (text_[end] == '"') return bytes;
            PENSTOCK_ASSIGN(const char escaped, read_escape());
            bytes += escaped;
        }
        return not_understood("a string without end");
    }

    // The server escapes quotes, backslashes and control characters, nothing else.
    [[nodiscard]] Result<char> read_escape() {
        if (at_ == text_.size()) return not_understood("a string without end");
        const char c = text_[at_++];
        switch (c) {
            case '"':
            case '\\':
            case '/':
                return c;
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            default:
                break;
        }
        constexpr std::size_t hex_digits = 4;
        const std::string_view digits = text_.substr(at_, hex_digits);
        unsigned code = 0;
        const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
        const bool control = code < 0x80 && parsed.ptr == digits.data() + hex_digits;
        if (c != 'u' || !control) return not_understood("an escape that is not known");
        at_ += hex_digits;
        return static_cast<char>(code);
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

// Gives each value of the tree its type, in the order of the lists.
class Typing {
public:
    explicit Typing(const JsonTypes& types) : types_(types) {}

    [[nodiscard]] Result<void> apply(JsonValue& document) {
        PENSTOCK_TRY(set_type(document, types_.document));
        PENSTOCK_TRY(descend(document));
        if (types_.members.empty() && types_.elements.empty()) return {};
        return not_understood("it has fewer values than types");
    }

    // A server that parses the text makes something else of it.
    [[nodiscard]] bool text_is_not_enough() const { return text_is_not_enough_; }

private:
    [[nodiscard]] Result<void> descend(JsonValue& container) {
        for (JsonMember& member : container.members) {
            PENSTOCK_TRY(set_type(member.value, next(types_.members)));
        }
        for (JsonValue& element : container.elements) {
            PENSTOCK_TRY(set_type(element, next(types_.elements)));
        }
        for (JsonMember& member : container.members) PENSTOCK_TRY(descend(member.value));
        for (JsonValue& element : container.elements) PENSTOCK_TRY(descend(element));
        return {};
    }

    // '?' at the end.
    [[nodiscard]] static char next(std::string_view& list) {
        if (list.empty()) return '?';
        const char letter = list.front();
        list.remove_prefix(1);
        return letter;
    }

    [[nodiscard]] Result<void> set_type(JsonValue& value, char letter) {
        switch (value.type) {
            case JsonType::null:
                return expect(letter == json_letter::null, letter);
            case JsonType::boolean:
                return expect(letter == json_letter::boolean, letter);
            case JsonType::array:
                return expect(letter == json_letter::array, letter);
            case JsonType::object:
                return expect(letter == json_letter::object, letter);
            case JsonType::string:
                return letter == json_letter::string ? Result<void>() : set_opaque(value, letter);
            default:
                return set_number(value, letter);
        }
    }

    [[nodiscard]] static Result<void> expect(bool fits, char letter) {
        if (fits) return {};
        return not_understood(fmt::format("type '{}' is not that of the value's text", letter));
    }

    [[nodiscard]] Result<void> set_number(JsonValue& value, char letter) {
        const std::string token = std::move(value.bytes);
        value.bytes.clear();
        if (letter != letter_of_number(token)) text_is_not_enough_ = true;
        bool readable = false;
        if (letter == json_letter::integer) {
            value.type = JsonType::integer;
            readable = parse(token, value.integer);
        } else if (letter == json_letter::unsigned_integer) {
            value.type = JsonType::unsigned_integer;
            readable = parse(token, value.unsigned_integer);
        } else if (letter == json_letter::real) {
            readable = parse(token, value.real);
        } else if (letter == json_letter::decimal) {
            value.type = JsonType::opaque;
            value.opaque_type = ColumnType::new_decimal;
            PENSTOCK_ASSIGN(value.bytes, binlog::json_decimal(token));
            readable = true;
        }
        return expect(readable, letter);
    }

    [[nodiscard]] Result<void> set_opaque(JsonValue& value, char letter) {
        text_is_not_enough_ = true;
        const std::string text = std::move(value.bytes);
        value.type = JsonType::opaque;
        if (letter == json_letter::bytes) {
            PENSTOCK_ASSIGN(binlog::OpaqueBytes opaque, binlog::json_bytes(text));
            value.opaque_type = opaque.type;
            value.bytes = std::move(opaque.bytes);
            return {};
        }
        const ColumnType type = temporal_type(letter);
        PENSTOCK_TRY(expect(type != ColumnType::null, letter));
        value.opaque_type = type;
        PENSTOCK_ASSIGN(value.bytes, binlog::json_temporal(type, text));
        return {};
    }

    [[nodiscard]] static ColumnType temporal_type(char letter) {
        switch (letter) {
            case json_letter::date:
                return ColumnType::date;
            case json_letter::time:
                return ColumnType::time;
            case json_letter::datetime:
                return ColumnType::datetime;
            case json_letter::timestamp:
                return ColumnType::timestamp;
            default:
                return ColumnType::null;
        }
    }

    JsonTypes types_;
    bool text_is_not_enough_ = false;
};

}  // namespace

Result<std::optional<std::string>> exact_json(std::string_view text, std::string_view types) {
    PENSTOCK_ASSIGN(JsonValue document, TextReader(text).read());
    Typing typing(split_json_types(types));
    PENSTOCK_TRY(typing.apply(document));
    if (!typing.text_is_not_enough()) return std::optional<std::string>();
    std::string binary;
    PENSTOCK_TRY(binlog::append_json_binary(binary, document));
    return std::optional<std::string>(std::move(binary));
}

}  // namespace penstock::snapshot
