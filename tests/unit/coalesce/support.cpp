#include "support.h"

#include "base/bytes.h"

namespace penstock::coalesce {
namespace {

constexpr std::uint16_t text_bytes_max = 50;

binlog::TableShape shape_of(const std::string& name, const std::vector<TestColumn>& columns) {
    binlog::TableShape shape("shop", name);
    for (const TestColumn& column : columns) {
        if (column.is_text)
            shape.varchar(text_bytes_max, column.nullable);
        else
            shape.integer(4, column.nullable);
    }
    return shape;
}

void set_bit(std::string& bits, std::size_t at) {
    bits[at / 8] = static_cast<char>(static_cast<unsigned char>(bits[at / 8]) | 1U << at % 8);
}

}  // namespace

Cell number(std::uint32_t value) {
    std::string bytes;
    base::ByteWriter(bytes).le(value, 4);
    return bytes;
}

Cell text(std::string value) {
    return value;
}

TestTable::TestTable(std::string name_, std::vector<TestColumn> columns_, TestKey row_key_,
                     std::vector<TestKey> unique_keys_, std::uint32_t family_)
    : name(std::move(name_)),
      columns(std::move(columns_)),
      row_key(std::move(row_key_)),
      unique_keys(std::move(unique_keys_)),
      family(family_),
      shape(shape_of(name, columns)),
      layout(binlog::RowLayout::compile(shape.table_map()).value()) {}

TableRules TestTable::rules() const {
    TableRules rules{.row_key = row_key.columns, .unique_keys = {}, .foreign_key_family = family};
    for (const TestKey& key : unique_keys) rules.unique_keys.push_back({key.columns, !key.folds});
    return rules;
}

std::string TestTable::only(const std::vector<std::size_t>& some) const {
    std::string bits((columns.size() + 7) / 8, '\0');
    for (const std::size_t column : some) set_bit(bits, column);
    return bits;
}

std::string TestTable::image(const Cells& row, const std::string& columns_present) const {
    const base::Bytes present = base::as_bytes(columns_present);
    std::size_t count = 0;
    for (std::size_t i = 0; i < columns.size(); ++i) count += has_bit(present, i);
    std::string out((count + 7) / 8, '\0');
    std::size_t bit = 0;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (!has_bit(present, i)) continue;
        if (!row[i]) set_bit(out, bit);
        ++bit;
        if (!row[i]) continue;
        if (columns[i].is_text) out.push_back(static_cast<char>(row[i]->size()));
        out += *row[i];
    }
    return out;
}

binlog::RowsEvent TestEvent::view(const TestTable& table) const {
    binlog::RowsEvent event;
    event.kind = kind;
    event.flags = flags;
    event.column_count = table.columns.size();
    event.columns_before = base::as_bytes(columns_before);
    event.columns_after = base::as_bytes(columns_after);
    event.rows = base::as_bytes(rows);
    return event;
}

TestEvent written(const TestTable& table, const std::vector<Cells>& rows) {
    TestEvent event{binlog::RowsKind::write, {}, table.all(), {}, 0};
    for (const Cells& row : rows) event.rows += table.image(row);
    return event;
}

TestEvent removed(const TestTable& table, const std::vector<Cells>& rows) {
    TestEvent event{binlog::RowsKind::remove, table.all(), {}, {}, 0};
    for (const Cells& row : rows) event.rows += table.image(row);
    return event;
}

TestEvent updated(const TestTable& table, const std::vector<std::pair<Cells, Cells>>& rows) {
    TestEvent event{binlog::RowsKind::update, table.all(), table.all(), {}, 0};
    for (const auto& [before, after] : rows) {
        event.rows += table.image(before) + table.image(after);
    }
    return event;
}

}  // namespace penstock::coalesce
