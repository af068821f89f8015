#include "binlog/value_text.h"

#include <fmt/format.h>
#include <iterator>

#include "binlog/compressed_column.h"
#include "binlog/errors.h"
#include "binlog/json_text.h"
#include "binlog/real_text.h"

namespace penstock::binlog {
namespace {

tl::unexpected<Error> bad_value(std::string_view reason) {
    return fail(ErrorKind::corrupt, error_column_value, std::string(reason));
}

void append_number(std::string& out, std::uint64_t number) {
    const fmt::format_int text(number);
    out.append(text.data(), text.size());
}

Result<void> append_member(std::string& out, std::uint64_t number,
                           std::span<const std::string_view> names) {
    if (names.empty()) {
        append_number(out, number);
        return {};
    }
    if (number > names.size()) {
        return bad_value(fmt::format("member {} of an ENUM with {}", number, names.size()));
    }
    if (number > 0) out += names[static_cast<std::size_t>(number) - 1];
    return {};
}

Result<void> append_members(std::string& out, const Value& value,
                            std::span<const std::string_view> names) {
    const std::uint64_t bits = value.number;
    if (names.empty()) {
        append_number(out, bits);
        return {};
    }
    if (names.size() < 64 && bits >> names.size() != 0) {
        return bad_value(fmt::format("members {:#x} of a SET with {}", bits, names.size()));
    }
    std::string_view separator;
    for (std::size_t i = 0; i < names.size() && bits >> i != 0; ++i) {
        if ((bits >> i & 1) == 0) continue;
        out += separator;
        out += names[i];
        separator = comma(value.collation);
        if (i == 63) break;
    }
    return {};
}

void append_geometry(std::string& out, const Value& value) {
    if (value.bytes.empty()) return;
    base::ByteWriter(out).le(value.number, 4).bytes(value.bytes);
}

}  // namespace

Result<void> append_value_text(std::string& out, const Value& value,
                               std::span<const std::string_view> names) {
    switch (value.kind) {
        case ValueKind::absent:
            return {};
        case ValueKind::null:
            out += "NULL";
            return {};
        case ValueKind::integer: {
            const fmt::format_int text(value.integer());
            out.append(text.data(), text.size());
            return {};
        }
        case ValueKind::unsigned_integer:
            append_number(out, value.number);
            return {};
        case ValueKind::real:
            append_float(out, value.real());
            return {};
        case ValueKind::double_real:
            append_double(out, value.double_real());
            return {};
        case ValueKind::decimal:
            if (append_decimal(out, value.bytes, value.decimal)) return {};
            return bad_value("bytes that are no DECIMAL");
        case ValueKind::date:
            append_date(out, value.temporal);
            return {};
        case ValueKind::time:
            append_time(out, value.temporal, value.fraction_digits);
            return {};
        case ValueKind::datetime:
            append_datetime(out, value.temporal, value.fraction_digits);
            return {};
        case ValueKind::timestamp:
            append_datetime(out, utc(value.timestamp()), value.fraction_digits);
            return {};
        case ValueKind::year:
            fmt::format_to(std::back_inserter(out), "{:04}", value.number);
            return {};
        case ValueKind::enumeration:
            return append_member(out, value.number, names);
        case ValueKind::set:
            return append_members(out, value, names);
        case ValueKind::bytes:
            out += base::as_text(value.bytes);
            out.append(value.trailing_zeros, '\0');
            return {};
        case ValueKind::bit:
        case ValueKind::vector:
            out += base::as_text(value.bytes);
            return {};
        case ValueKind::compressed:
            return append_expanded(out, value.bytes);
        case ValueKind::json:
            return append_json_text(out, value.bytes);
        case ValueKind::geometry:
            append_geometry(out, value);
            return {};
    }
    return {};
}

void append_vector_text(std::string& out, const Value& value) {
    out += '[';
    for (std::size_t i = 0; i < value.dimensions(); ++i) {
        fmt::format_to(std::back_inserter(out), "{}{:.5e}", i > 0 ? "," : "", value.dimension(i));
    }
    out += ']';
}

}  // namespace penstock::binlog
