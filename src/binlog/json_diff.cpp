#include "binlog/json_diff.h"

#include <fmt/core.h>
#include <algorithm>

#include "binlog/errors.h"
#include "binlog/json_path.h"
#include "binlog/json_text.h"
#include "binlog/json_view.h"

namespace penstock::binlog {
namespace {

constexpr std::uint64_t partial_json_option = 1;  // PARTIAL_JSON_UPDATES

tl::unexpected<Error> bad_change(std::string_view reason) {
    return fail(ErrorKind::corrupt, error_json_diff,
                fmt::format("partial JSON update: {}", reason));
}

tl::unexpected<Error> does_not_fit(const JsonChange& change) {
    return fail(ErrorKind::definite, error_json_diff,
                fmt::format("partial JSON update of {}: the document has no such place, so it is "
                            "not the one that was changed",
                            change.path),
                "set binlog_row_value_options='' on the source, or copy the table again");
}

using Members = std::vector<JsonMember>;

Members::iterator place_of(Members& members, const std::string& name) {
    JsonMember wanted;
    wanted.name = name;
    return std::lower_bound(members.begin(), members.end(), wanted, before);
}

bool has(Members& members, Members::iterator place, const std::string& name) {
    return place != members.end() && place->name == name;
}

// Cells before the first one are the first one, as on the server; `within` tells.
struct Cell {
    std::size_t position = 0;
    bool within = false;
};

Cell cell_of(const JsonPathLeg& leg, std::size_t size) {
    if (!leg.from_end) return {std::min(leg.index, size), leg.index < size};
    if (leg.index >= size) return {0, false};
    return {size - leg.index - 1, true};
}

// nullptr: there is nothing at this place.
JsonValue* step(JsonValue& from, const JsonPathLeg& leg) {
    if (leg.is_cell && from.type == JsonType::array) {
        const Cell cell = cell_of(leg, from.elements.size());
        return cell.within ? &from.elements[cell.position] : nullptr;
    }
    if (leg.is_cell || from.type != JsonType::object) return nullptr;
    const auto place = place_of(from.members, leg.name);
    return has(from.members, place, leg.name) ? &place->value : nullptr;
}

bool insert(JsonValue& parent, const JsonPathLeg& leg, JsonValue value) {
    if (leg.is_cell && parent.type == JsonType::array) {
        const Cell cell = cell_of(leg, parent.elements.size());
        parent.elements.insert(parent.elements.begin() + static_cast<std::ptrdiff_t>(cell.position),
                               std::move(value));
        return true;
    }
    if (leg.is_cell || parent.type != JsonType::object) return false;
    const auto place = place_of(parent.members, leg.name);
    if (has(parent.members, place, leg.name)) return false;
    parent.members.insert(place, JsonMember{leg.name, std::move(value)});
    return true;
}

bool remove(JsonValue& parent, const JsonPathLeg& leg) {
    if (leg.is_cell && parent.type == JsonType::array) {
        const Cell cell = cell_of(leg, parent.elements.size());
        if (!cell.within) return false;
        parent.elements.erase(parent.elements.begin() + static_cast<std::ptrdiff_t>(cell.position));
        return true;
    }
    if (leg.is_cell || parent.type != JsonType::object) return false;
    const auto place = place_of(parent.members, leg.name);
    if (!has(parent.members, place, leg.name)) return false;
    parent.members.erase(place);
    return true;
}

std::string_view operation_name(JsonOperation operation) {
    switch (operation) {
        case JsonOperation::replace:
            return "replace";
        case JsonOperation::insert:
            return "insert";
        case JsonOperation::remove:
            return "remove";
    }
    return "unknown";
}

}  // namespace

Result<PartialImage> split_partial_image(const RowLayout& layout, Bytes after) {
    base::ByteReader reader(after);
    PartialImage out;
    const std::uint64_t options = reader.length_encoded();
    if ((options & partial_json_option) != 0) {
        const auto json_columns =
            std::count_if(layout.columns().begin(), layout.columns().end(),
                          [](const Column& column) { return column.type == ColumnType::json; });
        out.partial_bits = reader.view((static_cast<std::uint64_t>(json_columns) + 7) / 8);
    }
    if (!reader.ok()) return bad_change("truncated value options");
    out.image = reader.rest();
    return out;
}

Result<std::vector<JsonChange>> parse_json_changes(Bytes changes) {
    std::vector<JsonChange> out;
    base::ByteReader reader(changes);
    while (reader.ok() && reader.remaining() > 0) {
        JsonChange& change = out.emplace_back();
        const std::uint8_t operation = reader.u8();
        if (operation > static_cast<std::uint8_t>(JsonOperation::remove)) {
            return bad_change(fmt::format("unknown operation {}", operation));
        }
        change.operation = JsonOperation{operation};
        change.path = reader.text(reader.length_encoded());
        if (change.operation != JsonOperation::remove) {
            change.value = reader.view(reader.length_encoded());
        }
    }
    if (!reader.ok()) return bad_change("truncated");
    return out;
}

Result<void> apply(const JsonChange& change, JsonValue& document) {
    PENSTOCK_ASSIGN(const std::vector<JsonPathLeg> legs, parse_json_path(change.path));
    if (legs.empty()) return does_not_fit(change);
    if (legs.size() > json_depth_max) return bad_change("a path deeper than any document");
    JsonValue* parent = &document;
    for (std::size_t i = 0; i + 1 < legs.size() && parent != nullptr; ++i) {
        parent = step(*parent, legs[i]);
    }
    if (parent == nullptr) return does_not_fit(change);
    if (change.operation == JsonOperation::remove) {
        if (!remove(*parent, legs.back())) return does_not_fit(change);
        return {};
    }
    PENSTOCK_ASSIGN(JsonValue value, decode_json(change.value));
    if (change.operation == JsonOperation::insert) {
        if (!insert(*parent, legs.back(), std::move(value))) return does_not_fit(change);
        return {};
    }
    JsonValue* const old = step(*parent, legs.back());
    if (old == nullptr) return does_not_fit(change);
    *old = std::move(value);
    return {};
}

Result<void> append_json_changes_text(std::string& out, Bytes changes) {
    PENSTOCK_ASSIGN(const std::vector<JsonChange> list, parse_json_changes(changes));
    std::string_view separator;
    out += '[';
    for (const JsonChange& change : list) {
        out += separator;
        separator = ", ";
        out += R"({"operation": ")";
        out += operation_name(change.operation);
        out += R"(", "path": )";
        append_json_string(out, valid_utf8(std::string(change.path)));
        if (change.operation != JsonOperation::remove) {
            out += R"(, "value": )";
            PENSTOCK_TRY(append_json_text(out, change.value));
        }
        out += '}';
    }
    out += ']';
    return {};
}

Result<void> append_changed_json(std::string& out, Bytes document, Bytes changes) {
    PENSTOCK_ASSIGN(JsonValue value, decode_json(document));
    PENSTOCK_ASSIGN(const std::vector<JsonChange> list, parse_json_changes(changes));
    for (const JsonChange& change : list) PENSTOCK_TRY(apply(change, value));
    return append_json_binary(out, value);
}

}  // namespace penstock::binlog
