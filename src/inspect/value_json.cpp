#include "inspect/value_json.h"

#include <fmt/format.h>
#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "base/utf8.h"
#include "binlog/compressed_column.h"
#include "binlog/json_text.h"
#include "binlog/value_text.h"
#include "inspect/number_text.h"

namespace penstock::inspect {
namespace {

using binlog::Value;
using binlog::ValueKind;

Result<void> append_quoted_text(std::string& out, const Value& value,
                                std::span<const std::string_view> members) {
    std::string text;
    PENSTOCK_TRY(binlog::append_value_text(text, value, members));
    append_bytes_json(out, text, false);
    return {};
}

}  // namespace

void append_bytes_json(std::string& out, std::string_view bytes, bool binary) {
    if (!binary && base::is_utf8(bytes)) {
        binlog::append_json_string(out, bytes);
        return;
    }
    out += R"({"hex": ")";
    base::append_hex(out, bytes);
    out += R"("})";
}

Result<void> append_value_json(std::string& out, const Value& value,
                               std::span<const std::string_view> members) {
    switch (value.kind) {
        case ValueKind::null:
            out += "null";
            return {};
        case ValueKind::integer:
            append_integer(out, value.integer());
            return {};
        case ValueKind::unsigned_integer:
        case ValueKind::year:
        case ValueKind::bit:
            append_number(out, value.number);
            return {};
        case ValueKind::real:
        case ValueKind::double_real:
            return binlog::append_value_text(out, value);
        case ValueKind::decimal:
        case ValueKind::date:
        case ValueKind::time:
        case ValueKind::datetime:
        case ValueKind::timestamp:
            out += '"';
            PENSTOCK_TRY(binlog::append_value_text(out, value));
            out += '"';
            return {};
        case ValueKind::enumeration:
        case ValueKind::set:
            if (!members.empty()) return append_quoted_text(out, value, members);
            append_number(out, value.number);
            return {};
        case ValueKind::json:
            return binlog::append_json_text(out, value.bytes);
        case ValueKind::geometry:
            fmt::format_to(std::back_inserter(out), R"({{"srid": {}, "wkb": ")", value.number);
            base::append_hex(out, base::as_text(value.bytes));
            out += R"("})";
            return {};
        case ValueKind::vector:
            binlog::append_vector_text(out, value);
            return {};
        case ValueKind::bytes:
            if (value.trailing_zeros == 0) {
                append_bytes_json(out, base::as_text(value.bytes),
                                  value.collation == binlog::collation_binary);
                return {};
            }
            [[fallthrough]];
        case ValueKind::compressed: {
            std::string text;
            PENSTOCK_TRY(binlog::append_value_text(text, value));
            append_bytes_json(out, text, value.collation == binlog::collation_binary);
            return {};
        }
        case ValueKind::absent:
            break;
    }
    return {};
}

}  // namespace penstock::inspect
