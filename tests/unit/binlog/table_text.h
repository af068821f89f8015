// Rows as text, a line each: what a server's SELECT is compared with.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "binlog/event_type.h"
#include "binlog/geometry_text.h"
#include "binlog/value.h"

namespace penstock::binlog::test {

// Appends text in which bytes that are not printable ASCII, and backslashes, are \xNN.
void append_printable(std::string& out, std::string_view text);

// Prints the rows of one table. Owns what it needs of the map.
class TableText {
public:
    static Result<TableText> of(const TableMap& map, Flavour flavour);

    const std::string& name() const { return name_; }
    const RowLayout& layout() const { return layout_; }

    // Appends "<TAB>value" for each column of an image. Bytes that are not printable ASCII, and
    // backslashes, are \xNN; NULL is \N. GEOMETRY and VECTOR columns come twice, as bytes and
    // readable.
    Result<void> append_image(std::string& line, Bytes image, Bytes columns_present) const;
    // The same of the after-image; partial documents are put together from the before-image.
    Result<void> append_after(std::string& line, const RowsEvent& rows,
                              const RowImages& images) const;

private:
    Result<void> append_columns(std::string& line, const std::vector<ColumnValue>& columns) const;
    Result<void> append_value(std::string& line, const Value& value, std::size_t column) const;

    std::string name_;
    RowLayout layout_;
    std::vector<ValueType> types_;
    std::vector<std::vector<std::string>> members_;  // of ENUM and SET columns; may be empty
    MultipointStyle multipoint_style_ = MultipointStyle::nested;
};

// "table<TAB>value<TAB>value" for each written row of a file, "after<TAB>..." for each updated
// one, in their order.
Result<std::vector<std::string>> row_lines(std::string_view file);

}  // namespace penstock::binlog::test
