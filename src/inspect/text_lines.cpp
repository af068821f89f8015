#include "inspect/text_lines.h"

#include <fmt/format.h>
#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "base/utf8.h"
#include "binlog/json_diff.h"
#include "binlog/json_text.h"
#include "binlog/value_text.h"
#include "inspect/event_time.h"
#include "inspect/number_text.h"

namespace penstock::inspect {

using binlog::RowsKind;
using binlog::Value;
using binlog::ValueKind;

namespace {

bool is_plain(char c) {
    return static_cast<unsigned char>(c) >= ' ' && c != '\'' && c != '\\' && c != '\x7F';
}

void append_escaped(std::string& out, char c) {
    switch (c) {
        case '\'':
            out += "''";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            fmt::format_to(std::back_inserter(out), "\\x{:02X}", static_cast<unsigned char>(c));
    }
}

// Quotes and backslashes doubled, lines kept on one.
void append_quoted(std::string& out, std::string_view text) {
    out += '\'';
    const char* at = text.data();
    const char* const end = at + text.size();
    while (true) {
        const char* const special = std::find_if_not(at, end, is_plain);
        out.append(at, special);
        if (special == end) break;
        append_escaped(out, *special);
        at = special + 1;
    }
    out += '\'';
}

}  // namespace

void TextLines::begin_event(const EventHeading& heading) {
    const binlog::EventView& event = *heading.event;
    out_ += heading.file;
    out_ += ':';
    append_number(out_, event.offset);
    out_ += "  ";
    if (event.header.timestamp == 0) {
        out_ += '-';
    } else {
        out_ += time_.of(event.header.timestamp);
    }
    out_ += "  ";
    append_type_name(out_, event.header.type);
    if (heading.in_payload) out_ += " (in payload)";
    out_ += ' ';
    number("server_id", event.header.server_id);
}

void TextLines::name(std::string_view name) {
    out_ += ' ';
    out_ += name;
    out_ += '=';
}

void TextLines::text(std::string_view name, std::string_view value) {
    this->name(name);
    append_bytes(value, false);
}

void TextLines::bytes(std::string_view name, std::string_view value, bool is_binary) {
    this->name(name);
    append_bytes(value, is_binary);
}

void TextLines::number(std::string_view name, std::uint64_t value) {
    this->name(name);
    append_number(out_, value);
}

void TextLines::integer(std::string_view name, std::int64_t value) {
    this->name(name);
    append_integer(out_, value);
}

void TextLines::flag(std::string_view name, bool value) {
    if (!value) return;
    out_ += ' ';
    out_ += name;
}

void TextLines::columns(const Table& table) {
    out_ += " (";
    for (std::size_t i = 0; i < table.types.size(); ++i) {
        if (i > 0) out_ += ", ";
        out_ += table.names[i];
        out_ += ' ';
        out_ += binlog::to_string(table.types[i].column.type);
        if (table.types[i].is_unsigned) out_ += " unsigned";
    }
    out_ += ')';
}

Result<void> TextLines::row(const Table& table, RowsKind kind, const RowReader& row) {
    out_ += kind == RowsKind::write ? "\n  +" : kind == RowsKind::remove ? "\n  -" : "\n   ";
    if (has_before_image(kind)) PENSTOCK_TRY(image(table, row.before()));
    if (!has_after_image(kind)) return {};
    if (has_before_image(kind)) out_ += "  -> ";
    PENSTOCK_TRY(image(table, row.after()));
    for (std::size_t i = 0; i < table.names.size(); ++i) {
        if (row.changes(i).empty()) continue;
        PENSTOCK_ASSIGN(const auto changes, binlog::parse_json_changes(row.changes(i)));
        for (const binlog::JsonChange& change : changes) {
            out_ += ' ';
            out_ += table.names[i];
            out_ += ':';
            append_bytes(change.path, false);
            out_ += change.operation == binlog::JsonOperation::remove   ? " removed"
                    : change.operation == binlog::JsonOperation::insert ? " inserted "
                                                                        : " replaced ";
            if (change.operation == binlog::JsonOperation::remove) continue;
            PENSTOCK_TRY(binlog::append_json_text(out_, change.value));
        }
    }
    return {};
}

Result<void> TextLines::image(const Table& table, const std::vector<Value>& values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i].kind == ValueKind::absent) continue;
        name(table.names[i]);
        PENSTOCK_TRY(value(values[i], table.members(i)));
    }
    return {};
}

Result<void> TextLines::value(const Value& value, std::span<const std::string_view> members) {
    std::string text;
    switch (value.kind) {
        case ValueKind::bytes:
            if (value.trailing_zeros == 0) {
                append_bytes(base::as_text(value.bytes),
                             value.collation == binlog::collation_binary);
                return {};
            }
            [[fallthrough]];
        case ValueKind::compressed:
            PENSTOCK_TRY(binlog::append_value_text(text, value));
            append_bytes(text, value.collation == binlog::collation_binary);
            return {};
        case ValueKind::json:
            return binlog::append_json_text(out_, value.bytes);
        case ValueKind::geometry:
        case ValueKind::vector:
            PENSTOCK_TRY(binlog::append_value_text(text, value));
            append_bytes(text, true);
            return {};
        case ValueKind::bit:
            fmt::format_to(std::back_inserter(out_), "b'{:b}'", value.number);
            return {};
        case ValueKind::date:
        case ValueKind::time:
        case ValueKind::datetime:
        case ValueKind::timestamp:
            out_ += '\'';
            PENSTOCK_TRY(binlog::append_value_text(out_, value));
            out_ += '\'';
            return {};
        case ValueKind::enumeration:
        case ValueKind::set:
            if (members.empty()) return binlog::append_value_text(out_, value);
            PENSTOCK_TRY(binlog::append_value_text(text, value, members));
            append_bytes(text, false);
            return {};
        default:
            return binlog::append_value_text(out_, value);
    }
}

void TextLines::append_bytes(std::string_view bytes, bool binary) {
    if (!binary && base::is_utf8(bytes)) {
        append_quoted(out_, bytes);
        return;
    }
    out_ += "0x";
    base::append_hex(out_, bytes);
}

void TextLines::end_event() {
    out_ += '\n';
}

}  // namespace penstock::inspect
