#include "inspect/json_lines.h"

#include <fmt/format.h>
#include <iterator>

#include "base/text.h"
#include "base/utf8.h"
#include "binlog/json_diff.h"
#include "binlog/json_text.h"
#include "inspect/event_time.h"
#include "inspect/number_text.h"
#include "inspect/value_json.h"

namespace penstock::inspect {
namespace {

using binlog::RowsKind;
using binlog::Value;
using binlog::ValueKind;

// Text of any character set; what is no UTF-8 is written as \x.. within it.
void append_text(std::string& out, std::string_view text) {
    if (base::is_utf8(text)) {
        binlog::append_json_string(out, text);
    } else {
        binlog::append_json_string(out, valid_utf8(std::string(text)));
    }
}

}  // namespace

void JsonLines::begin_event(const EventHeading& heading) {
    const binlog::EventView& event = *heading.event;
    out_ += R"({"file": )";
    append_text(out_, heading.file);
    number("offset", event.offset);
    number("bytes", event.whole.size());
    out_ += R"(, "type": ")";
    append_type_name(out_, event.header.type);
    out_ += R"(", "time": )";
    if (event.header.timestamp == 0) {
        out_ += "null";
    } else {
        out_ += '"';
        out_ += time_.of(event.header.timestamp);
        out_ += '"';
    }
    number("server_id", event.header.server_id);
    if (heading.in_payload) flag("in_payload", true);
}

void JsonLines::name(std::string_view name) {
    out_ += R"(, ")";
    out_ += name;
    out_ += R"(": )";
}

void JsonLines::text(std::string_view name, std::string_view value) {
    this->name(name);
    append_text(out_, value);
}

void JsonLines::bytes(std::string_view name, std::string_view value, bool is_binary) {
    this->name(name);
    append_bytes_json(out_, value, is_binary);
}

void JsonLines::number(std::string_view name, std::uint64_t value) {
    this->name(name);
    append_number(out_, value);
}

void JsonLines::integer(std::string_view name, std::int64_t value) {
    this->name(name);
    append_integer(out_, value);
}

void JsonLines::flag(std::string_view name, bool value) {
    this->name(name);
    out_ += value ? "true" : "false";
}

void JsonLines::columns(const Table& table) {
    name("columns");
    out_ += '[';
    for (std::size_t i = 0; i < table.types.size(); ++i) {
        const binlog::ValueType& type = table.types[i];
        if (i > 0) out_ += ", ";
        out_ += R"({"name": )";
        append_text(out_, table.names[i]);
        out_ += R"(, "type": ")";
        out_ += binlog::to_string(type.column.type);
        out_ += '"';
        if (type.is_unsigned) out_ += R"(, "unsigned": true)";
        if (type.collation != binlog::collation_unknown) {
            fmt::format_to(std::back_inserter(out_), R"(, "collation": {})", type.collation);
        }
        if (type.column.nullable) out_ += R"(, "nullable": true)";
        members(table.members(i));
        out_ += '}';
    }
    out_ += ']';
}

void JsonLines::members(std::span<const std::string_view> members) {
    for (std::size_t i = 0; i < members.size(); ++i) {
        out_ += i == 0 ? R"(, "members": [)" : ", ";
        append_bytes_json(out_, members[i], false);
    }
    if (!members.empty()) out_ += ']';
}

void JsonLines::begin_rows() {
    name("rows");
    out_ += '[';
    first_row_ = true;
}

Result<void> JsonLines::row(const Table& table, RowsKind kind, const RowReader& row) {
    out_ += first_row_ ? "{" : ", {";
    first_row_ = false;
    null_documents_.clear();
    if (has_before_image(kind)) PENSTOCK_TRY(image("before", table, row.before()));
    if (has_after_image(kind)) {
        if (has_before_image(kind)) out_ += ", ";
        PENSTOCK_TRY(image("after", table, row.after()));
    }
    if (!null_documents_.empty()) out_ += R"(, "null_documents": {)" + null_documents_ + '}';
    if (kind == RowsKind::partial_update) PENSTOCK_TRY(changes(table, row));
    out_ += '}';
    return {};
}

Result<void> JsonLines::image(std::string_view name, const Table& table,
                              const std::vector<Value>& values) {
    out_ += '"';
    out_ += name;
    out_ += R"(": {)";
    bool first = true;
    std::string null_documents;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i].kind == ValueKind::absent) continue;
        if (!first) out_ += ", ";
        first = false;
        append_text(out_, table.names[i]);
        out_ += ": ";
        const std::size_t at = out_.size();
        PENSTOCK_TRY(append_value_json(out_, values[i], table.members(i)));
        if (values[i].kind == ValueKind::json && std::string_view(out_).substr(at) == "null") {
            if (!null_documents.empty()) null_documents += ", ";
            append_text(null_documents, table.names[i]);
        }
    }
    out_ += '}';
    if (!null_documents.empty()) {
        if (!null_documents_.empty()) null_documents_ += ", ";
        fmt::format_to(std::back_inserter(null_documents_), R"("{}": [{}])", name, null_documents);
    }
    return {};
}

Result<void> JsonLines::changes(const Table& table, const RowReader& row) {
    bool first = true;
    for (std::size_t i = 0; i < table.names.size(); ++i) {
        if (row.changes(i).empty()) continue;
        out_ += first ? R"(, "changes": {)" : ", ";
        first = false;
        append_text(out_, table.names[i]);
        out_ += ": ";
        PENSTOCK_TRY(binlog::append_json_changes_text(out_, row.changes(i)));
    }
    if (!first) out_ += '}';
    return {};
}

void JsonLines::end_rows() {
    out_ += ']';
}

void JsonLines::end_event() {
    out_ += "}\n";
}

}  // namespace penstock::inspect
