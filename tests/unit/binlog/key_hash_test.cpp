#include "binlog/key_hash.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "binlog/encoding.h"
#include "binlog/errors.h"
#include "support.h"

namespace penstock::binlog::test {
namespace {

constexpr std::uint32_t seed = 20261124;

enum class Kind { integer, varchar, long_varchar, blob, timestamp };

// The after-image that `rows` starts with.
Result<KeyedImage> hash_image(const RowLayout& layout, const KeyHasher& hasher, Bytes rows,
                              Bytes columns) {
    RowsEvent event;
    event.column_count = layout.column_count();
    event.columns_after = columns;
    event.rows = rows;
    KeyCursor cursor(layout, hasher, event);
    PENSTOCK_TRY(cursor.next());
    return cursor.row().after;
}

// A table of random columns, and rows of it.
class RandomTable {
public:
    explicit RandomTable(std::mt19937& random) : random_(random), shape_("d", "t") {
        // Null bits are looked at 64 at a time.
        const std::size_t columns = random_() % 8 == 0 ? 60 + random_() % 140 : 1 + random_() % 20;
        for (std::size_t i = 0; i < columns; ++i) {
            const Kind kind{static_cast<int>(random_() % 5)};
            kinds_.push_back(kind);
            if (kind == Kind::integer) shape_.integer(4, true);
            if (kind == Kind::varchar) shape_.varchar(40, true);
            if (kind == Kind::long_varchar) shape_.varchar(400, true);
            if (kind == Kind::blob) shape_.blob(static_cast<std::uint8_t>(1 + i % 4), true);
            if (kind == Kind::timestamp) shape_.timestamp(static_cast<std::uint8_t>(i % 7), true);
        }
    }

    [[nodiscard]] const TableShape& shape() const { return shape_; }

    [[nodiscard]] std::vector<KeyPart> random_key() {
        std::vector<KeyPart> key;
        while (key.empty()) {
            for (std::size_t i = 0; i < kinds_.size(); ++i) {
                if (random_() % 4 == 0) key.push_back({i, random_() % 4 == 0 ? 2U : 0U});
            }
        }
        std::shuffle(key.begin(), key.end(), random_);
        return key;
    }

    // Few different values, so that keys are the same now and then.
    void append_row(std::string& rows, bool with_nulls) {
        RowImageWriter writer(rows, kinds_.size());
        for (std::size_t i = 0; i < kinds_.size(); ++i) {
            const std::string text(random_() % 3 * (random_() % 8 == 0 ? 9 : 1), 'x');
            if (with_nulls && random_() % 6 == 0) {
                writer.null();
            } else if (kinds_[i] == Kind::integer) {
                writer.integer(random_() % 3, 4);
            } else if (kinds_[i] == Kind::varchar) {
                writer.varchar(text, 40);
            } else if (kinds_[i] == Kind::long_varchar) {
                writer.varchar(text, 400);
            } else if (kinds_[i] == Kind::blob) {
                writer.blob(text, static_cast<std::uint8_t>(1 + i % 4));
            } else {
                writer.timestamp(random_() % 3 * 1'000'000, static_cast<std::uint8_t>(i % 7));
            }
        }
    }

private:
    std::mt19937& random_;
    TableShape shape_;
    std::vector<Kind> kinds_;
};

// What the hash must tell apart, by way of split(): the key's values as text.
std::string key_text(const RowLayout& layout, const std::vector<KeyPart>& key, Bytes image,
                     Bytes columns) {
    std::vector<ColumnValue> values;
    EXPECT_EQ(layout.split(image, columns, values).value(), image.size());
    std::map<std::size_t, std::string> by_column;
    for (const KeyPart& part : key) {
        const ColumnValue& value = values[part.column];
        std::string text = value.null ? "NULL" : std::string(base::as_text(value.content()));
        if (!value.null && part.prefix_characters != 0) {
            text.resize(std::min<std::size_t>(text.size(), part.prefix_characters));
        }
        by_column[part.column] = (value.null ? "" : std::to_string(text.size()) + ":") + text;
    }
    std::string all;
    for (const auto& [column, text] : by_column) all += text + ",";
    return all;
}

TEST(KeyHasher, agrees_with_split_on_random_tables) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    std::size_t same_keys = 0;
    for (int round = 0; round < 400; ++round) {
        RandomTable table(random);
        const RowLayout layout = RowLayout::compile(table.shape().table_map()).value();
        const std::vector<KeyPart> key = table.random_key();
        const KeyHasher hasher = KeyHasher::compile(layout, key).value();
        std::string rows;
        for (int i = 0; i < 60; ++i) table.append_row(rows, i % 2 == 0);
        const std::string columns = table.shape().all_columns();
        RowsEvent event;
        event.kind = RowsKind::update;
        event.column_count = layout.column_count();
        event.columns_before = event.columns_after = base::as_bytes(columns);
        event.rows = base::as_bytes(rows);

        RowCursor expected(layout, event);
        KeyCursor cursor(layout, hasher, event);
        std::map<std::string, std::uint64_t> hashes;
        std::map<std::uint64_t, std::string> texts;
        while (const auto images = expected.next().value()) {
            ASSERT_TRUE(cursor.next().value());
            const KeyedRow& row = cursor.row();
            for (const auto& [image, keyed] :
                 {std::pair(images->before, row.before), std::pair(images->after, row.after)}) {
                ASSERT_EQ(image.data(), keyed.image.data());
                ASSERT_EQ(image.size(), keyed.image.size());
                ASSERT_TRUE(keyed.has_key);
                const std::string text = key_text(layout, key, image, base::as_bytes(columns));
                const auto [at, is_new] = hashes.try_emplace(text, keyed.key_hash);
                ASSERT_EQ(at->second, keyed.key_hash) << text;
                ASSERT_EQ(texts.try_emplace(keyed.key_hash, text).first->second, text);
                if (!is_new) ++same_keys;
            }
        }
        EXPECT_FALSE(cursor.next().value());
    }
    EXPECT_GT(same_keys, 1000U);
}

TEST(KeyHasher, gives_an_error_wherever_rows_are_cut) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    for (int round = 0; round < 100; ++round) {
        RandomTable table(random);
        const RowLayout layout = RowLayout::compile(table.shape().table_map()).value();
        const KeyHasher hasher = KeyHasher::compile(layout, table.random_key()).value();
        const std::string columns = table.shape().all_columns();
        std::string row;
        table.append_row(row, round % 2 == 0);
        for (std::size_t size = 1; size < row.size(); ++size) {
            const std::vector<std::uint8_t> cut(row.begin(),
                                                row.begin() + static_cast<std::ptrdiff_t>(size));
            const auto image = hash_image(layout, hasher, cut, base::as_bytes(columns));
            ASSERT_FALSE(image) << size << " of " << row.size();
            EXPECT_EQ(image.error().code, error_malformed_event);
        }
    }
}

// INT, VARCHAR(10), VARCHAR(10).
struct Names {
    Names() { shape.integer(4).varchar(10, true).varchar(10, true); }
    [[nodiscard]] KeyedImage hash(const std::vector<KeyPart>& key, const std::string& image,
                                  std::string_view columns = "\x07", std::uint64_t salt = 0) const {
        const auto hasher = KeyHasher::compile(layout(), key, salt).value();
        return hash_image(layout(), hasher, base::as_bytes(image), base::as_bytes(columns)).value();
    }
    [[nodiscard]] RowLayout layout() const { return RowLayout::compile(shape.table_map()).value(); }
    TableShape shape{"d", "t"};
};

std::string row(unsigned id, const char* first, const char* last) {
    std::string image;
    RowImageWriter writer(image, 3);
    writer.integer(id, 4);
    for (const char* text : {first, last}) text ? writer.varchar(text, 10) : writer.null();
    return image;
}

TEST(KeyHasher, tells_where_one_column_ends_and_null_from_empty) {
    const Names names;
    const std::vector<KeyPart> both{{1, 0}, {2, 0}};
    std::vector<std::uint64_t> hashes;
    for (const std::string& image :
         {row(1, "ab", "c"), row(1, "a", "bc"), row(1, "abc", ""), row(1, "abc", nullptr),
          row(1, nullptr, "abc"), row(1, "", ""), row(1, nullptr, ""), row(1, "", nullptr)}) {
        hashes.push_back(names.hash(both, image).key_hash);
    }
    std::sort(hashes.begin(), hashes.end());
    EXPECT_EQ(std::adjacent_find(hashes.begin(), hashes.end()), hashes.end());
}

TEST(KeyHasher, is_the_same_whatever_the_other_columns_and_the_order_of_the_key) {
    const Names names;
    const std::uint64_t hash = names.hash({{0, 0}, {1, 0}}, row(7, "a", "b")).key_hash;
    EXPECT_EQ(names.hash({{1, 0}, {0, 0}}, row(7, "a", nullptr)).key_hash, hash);
    std::string without_last = from_hex(
        "00"
        "07000000"
        "0161");
    const KeyedImage image = names.hash({{0, 0}, {1, 0}}, without_last, "\x03");
    EXPECT_TRUE(image.has_key);
    EXPECT_EQ(image.key_hash, hash);
    EXPECT_NE(names.hash({{0, 0}, {1, 0}}, row(7, "a", "b"), "\x07", 1).key_hash, hash);
}

TEST(KeyHasher, takes_bits_behind_the_last_null_bit_for_nothing) {
    const Names names;
    std::string image = row(7, "a", "b");
    const std::uint64_t hash = names.hash({{0, 0}}, image).key_hash;
    image[0] = static_cast<char>(0xF8);
    EXPECT_EQ(names.hash({{0, 0}}, image).key_hash, hash);
    EXPECT_EQ(names.hash({{0, 0}}, image).image.size(), image.size());
}

TEST(KeyHasher, hashes_no_more_than_a_prefix) {
    const Names names;
    const auto hash = [&](const char* text) {
        return names.hash({{1, 3}}, row(1, text, "")).key_hash;
    };
    EXPECT_EQ(hash("abcd"), hash("abcx"));
    EXPECT_NE(hash("abcd"), hash("abd"));
    EXPECT_NE(hash("ab"), hash("abc"));
}

TEST(KeyHasher, says_when_an_image_lacks_the_key) {
    const Names names;
    const std::string image = from_hex(
        "00"
        "0161");
    const KeyedImage keyed = names.hash({{0, 0}}, image, "\x02");
    EXPECT_FALSE(keyed.has_key);
    EXPECT_EQ(keyed.image.size(), image.size());
}

TEST(KeyHasher, refuses_a_key_that_the_table_cannot_have) {
    const RowLayout layout = Names().layout();
    EXPECT_EQ(KeyHasher::compile(layout, {}).error().code, error_key);
    const std::vector<KeyPart> beyond{{3, 0}};
    EXPECT_EQ(KeyHasher::compile(layout, beyond).error().code, error_key);
}

TEST(KeyHasher, does_not_take_a_partial_document_for_a_key) {
    TableShape shape("d", "t");
    shape.integer(4).json();
    const RowLayout layout = RowLayout::compile(shape.table_map()).value();
    const std::string image = from_hex(
        "01"
        "01"
        "00"
        "2a000000"
        "02000000"
        "6161");
    RowsEvent event;
    event.kind = RowsKind::partial_update;
    event.column_count = 2;
    event.columns_before = event.columns_after = base::as_bytes("\x03");
    const std::string rows = from_hex(
                                 "00"
                                 "2a000000"
                                 "02000000"
                                 "6262") +
                             image;
    event.rows = base::as_bytes(rows);
    const auto hash = [&](std::size_t column) {
        const std::vector<KeyPart> key{{column, 0}};
        const KeyHasher hasher = KeyHasher::compile(layout, key).value();
        KeyCursor cursor(layout, hasher, event);
        EXPECT_TRUE(cursor.next().value());
        EXPECT_TRUE(cursor.row().before.has_key);
        return cursor.row().after;
    };
    EXPECT_TRUE(hash(0).has_key);
    EXPECT_EQ(hash(0).image.size(), image.size());
    EXPECT_FALSE(hash(1).has_key);
}

TEST(KeyCursor, refuses_another_table) {
    const RowLayout layout = Names().layout();
    const std::vector<KeyPart> key{{0, 0}};
    const KeyHasher hasher = KeyHasher::compile(layout, key).value();
    RowsEvent event;
    event.column_count = 2;
    const std::string bytes = "\x03";
    event.columns_after = event.rows = base::as_bytes(bytes);
    EXPECT_FALSE(KeyCursor(layout, hasher, event).next());
}

}  // namespace
}  // namespace penstock::binlog::test
