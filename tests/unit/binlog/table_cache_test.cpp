// Tables are found by their ids, and bounded in number and size.

#include "binlog/table_cache.h"

#include <gtest/gtest.h>

#include "binlog/encoding.h"
#include "binlog/errors.h"
#include "binlog/limits.h"
#include "support.h"

namespace penstock::binlog::test {
namespace {

std::string map_event(std::uint64_t id, const std::string& name, const std::string& more = {}) {
    std::string event;
    append_table_map_event(event, TableShape("shop", name).integer(4).table_map(), id, more);
    return event;
}

Result<const Table*> add(TableCache& cache, const std::string& event) {
    return cache.add(view_of(event));
}

TEST(TableCache, keeps_a_table_that_is_mapped_again_and_replaces_another_one_with_its_id) {
    TableCache cache;
    const Table* const orders = add(cache, map_event(7, "orders")).value();
    EXPECT_EQ(cache.find(7), orders);
    EXPECT_EQ(cache.find(8), nullptr);
    EXPECT_EQ(add(cache, map_event(7, "orders")).value(), orders);
    const Table* const customers = add(cache, map_event(7, "customers")).value();
    EXPECT_EQ(customers->name, "customers");
    EXPECT_EQ(customers->number, 1U);
    EXPECT_EQ(cache.find(7), customers);
}

TEST(TableCache, refuses_a_statement_with_more_tables_than_any_server_writes) {
    TableCache cache;
    std::uint64_t id = 0;
    for (; id < tables_per_statement_max; ++id) ASSERT_TRUE(add(cache, map_event(id, "orders")));
    const auto refused = add(cache, map_event(id, "orders"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, error_table_limit);
    EXPECT_NE(refused.error().text.find("Table_map event"), std::string::npos);
    // They are still there, and go when the statement has ended.
    EXPECT_NE(cache.find(0), nullptr);
    cache.end_statement();
    EXPECT_TRUE(add(cache, map_event(id, "orders")));
    EXPECT_EQ(cache.find(0), nullptr);
    EXPECT_NE(cache.find(id), nullptr);
}

TEST(TableCache, bounds_the_bytes_of_definitions) {
    TableCache cache;
    // A field of an unknown type is passed over, but is kept with the definition.
    std::string field("\xC8\xFD", 2);
    constexpr std::size_t bytes = 0x600000;
    base::ByteWriter(field).le(bytes, 3);
    field.append(bytes, 'x');
    ASSERT_TRUE(add(cache, map_event(1, "a", field)));
    ASSERT_TRUE(add(cache, map_event(2, "b", field)));
    EXPECT_EQ(add(cache, map_event(3, "c", field)).error().code, error_table_limit);
    // Mapped anew, a table gives back what it had.
    EXPECT_TRUE(add(cache, map_event(2, "d", field)));
    cache.end_statement();
    EXPECT_TRUE(add(cache, map_event(3, "c", field)));
}

}  // namespace
}  // namespace penstock::binlog::test
