#include "model.h"

#include <algorithm>

#include "base/text.h"

namespace penstock::coalesce {
namespace {

constexpr std::size_t no_row = SIZE_MAX;

std::string folded(const std::string& value) {
    std::string out = base::to_lower(value);
    while (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

// As the index sees it: NULLs are never equal.
bool equal_by(const TestTable& table, const TestKey& key, const Cells& a, const Cells& b) {
    return std::ranges::all_of(key.columns, [&](std::size_t column) {
        if (!a[column] || !b[column]) return false;
        if (!key.folds || !table.columns[column].is_text) return *a[column] == *b[column];
        return folded(*a[column]) == folded(*b[column]);
    });
}

}  // namespace

Model::Image Model::decode(base::Bytes bytes, base::Bytes columns) const {
    Image image{Cells(table_->columns.size()), std::vector<bool>(table_->columns.size())};
    std::vector<binlog::ColumnValue> values;
    const auto size = table_->layout.split(bytes, columns, values);
    if (!size || *size != bytes.size()) return image;
    for (std::size_t i = 0; i < values.size(); ++i) {
        image.present[i] = values[i].present;
        if (values[i].present && !values[i].null) {
            image.cells[i] = std::string(base::as_text(values[i].content()));
        }
    }
    return image;
}

std::string Model::find(const Image& image, std::size_t& row) const {
    const auto matches = [&](const Cells& cells) {
        for (std::size_t i = 0; i < cells.size(); ++i) {
            if (image.present[i] && image.cells[i] != cells[i]) return false;
        }
        return true;
    };
    const TestKey& key = table_->row_key;
    for (row = 0; row < rows_.size(); ++row) {
        if (key.columns.empty()) {
            if (matches(rows_[row])) return {};
        } else if (equal_by(*table_, key, rows_[row], image.cells)) {
            return matches(rows_[row]) ? "" : "another row than the before-image";
        }
    }
    return "missing row";
}

bool Model::is_duplicate(const Cells& cells, std::size_t except) const {
    for (std::size_t row = 0; row < rows_.size(); ++row) {
        if (row == except) continue;
        const auto equals = [&](const TestKey& key) {
            return !key.columns.empty() && equal_by(*table_, key, rows_[row], cells);
        };
        if (equals(table_->row_key) || std::ranges::any_of(table_->unique_keys, equals)) {
            return true;
        }
    }
    return false;
}

std::string Model::apply(binlog::RowsKind kind, base::Bytes columns_before,
                         base::Bytes columns_after, base::Bytes before, base::Bytes after) {
    std::size_t row = no_row;
    if (has_before_image(kind)) {
        const std::string problem = find(decode(before, columns_before), row);
        if (!problem.empty()) return problem;
    }
    if (!has_after_image(kind)) {
        rows_[row] = rows_.back();
        rows_.pop_back();
        return {};
    }
    const Image image = decode(after, columns_after);
    Cells cells = row == no_row ? Cells(table_->columns.size()) : rows_[row];
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (image.present[i]) cells[i] = image.cells[i];
    }
    if (is_duplicate(cells, row)) return "duplicate key";
    if (row == no_row)
        rows_.push_back(std::move(cells));
    else
        rows_[row] = std::move(cells);
    return {};
}

std::vector<Cells> Model::sorted_rows() const {
    std::vector<Cells> sorted = rows_;
    std::ranges::sort(sorted);
    return sorted;
}

}  // namespace penstock::coalesce
