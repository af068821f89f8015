#include "binlog/json_text.h"

#include <fmt/format.h>
#include <algorithm>
#include <iterator>

#include "binlog/base64.h"
#include "binlog/decimal.h"
#include "binlog/json_view.h"
#include "binlog/real_text.h"
#include "binlog/temporal.h"

namespace penstock::binlog {
namespace {

using base::Bytes;

bool is_special(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

void append_escaped(std::string& out, char c) {
    out += '\\';
    switch (c) {
        case '\b':
            out += 'b';
            return;
        case '\t':
            out += 't';
            return;
        case '\n':
            out += 'n';
            return;
        case '\f':
            out += 'f';
            return;
        case '\r':
            out += 'r';
            return;
        case '"':
        case '\\':
            out += c;
            return;
        default:
            fmt::format_to(std::back_inserter(out), "u{:04x}", static_cast<unsigned char>(c));
    }
}

// A DOUBLE keeps looking like one: 1.0, not 1.
void append_json_real(std::string& out, double value) {
    const std::size_t start = out.size();
    append_double(out, value);
    if (out.find_first_of(".e", start) == std::string::npos) out += ".0";
}

void append_base64_lines(std::string& out, ColumnType type, Bytes bytes) {
    constexpr std::size_t line_bytes = 57;  // 76 characters
    fmt::format_to(std::back_inserter(out), "\"base64:type{}:", static_cast<unsigned>(type));
    for (std::size_t at = 0; at < bytes.size(); at += line_bytes) {
        if (at > 0) out += "\\n";
        append_base64(out, bytes.subspan(at, std::min(line_bytes, bytes.size() - at)));
    }
    out += '"';
}

bool append_temporal(std::string& out, ColumnType type, Bytes bytes) {
    constexpr unsigned fraction_digits = 6;
    const std::optional<Temporal> value = read_packed(type, bytes);
    if (!value) return false;
    out += '"';
    if (type == ColumnType::date) {
        append_date(out, *value);
    } else if (type == ColumnType::time) {
        append_time(out, *value, fraction_digits);
    } else {
        append_datetime(out, *value, fraction_digits);
    }
    out += '"';
    return true;
}

bool append_opaque(std::string& out, ColumnType type, Bytes bytes) {
    switch (type) {
        case ColumnType::new_decimal:
            return bytes.size() > 2 &&
                   append_decimal(out, bytes.subspan(2), DecimalShape{bytes[0], bytes[1]});
        case ColumnType::date:
        case ColumnType::time:
        case ColumnType::datetime:
        case ColumnType::timestamp:
            return append_temporal(out, type, bytes);
        case ColumnType::var_string:
            append_json_string(out, base::as_text(bytes));
            return true;
        default:
            append_base64_lines(out, type, bytes);
            return true;
    }
}

// False: an opaque value that is none.
bool append_scalar(std::string& out, const JsonView& value) {
    switch (value.type()) {
        case JsonType::boolean:
            out += value.boolean() ? "true" : "false";
            return true;
        case JsonType::integer:
            out += fmt::format_int(value.integer()).c_str();
            return true;
        case JsonType::unsigned_integer:
            out += fmt::format_int(value.unsigned_integer()).c_str();
            return true;
        case JsonType::real:
            append_json_real(out, value.real());
            return true;
        case JsonType::string:
            append_json_string(out, base::as_text(value.bytes()));
            return true;
        case JsonType::opaque:
            return append_opaque(out, value.opaque_type(), value.bytes());
        default:
            out += "null";
            return true;
    }
}

class ViewPrinter {
public:
    ViewPrinter(std::string& out, Bytes document) : out_(out), walk_(document) {}

    [[nodiscard]] Result<void> print(const JsonView& value) {
        if (!walk_.enter(value)) return not_json("values overlap or are nested too deep");
        if (!value.is_container()) {
            if (!append_scalar(out_, value))
                return not_json(
                    fmt::format("a damaged value of {}", to_string(value.opaque_type())));
            return {};
        }
        const bool object = value.type() == JsonType::object;
        out_ += object ? '{' : '[';
        for (std::size_t i = 0; i < value.size(); ++i) {
            if (i > 0) out_ += ", ";
            if (object) {
                const std::optional<std::string_view> name = value.name(i);
                if (!name) return not_json(fmt::format("the name of member {} is damaged", i));
                append_json_string(out_, *name);
                out_ += ": ";
            }
            const std::optional<JsonView> element = value.element(i);
            if (!element) return not_json(fmt::format("element {} is damaged", i));
            PENSTOCK_TRY(print(*element));
        }
        out_ += object ? '}' : ']';
        walk_.leave();
        return {};
    }

private:
    std::string& out_;
    JsonWalk walk_;
};

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    const char* at = text.data();
    const char* const end = at + text.size();
    while (true) {
        const char* const special = std::find_if(at, end, is_special);
        out.append(at, special);
        if (special == end) break;
        append_escaped(out, *special);
        at = special + 1;
    }
    out += '"';
}

Result<void> append_json_text(std::string& out, Bytes document) {
    const std::optional<JsonView> view = JsonView::parse(document);
    if (!view) return not_json("it is damaged");
    return ViewPrinter(out, document).print(*view);
}

}  // namespace penstock::binlog
