#include "apply/statement_router.h"

#include <gtest/gtest.h>

namespace penstock::apply {
namespace {

const std::set<std::string> selected{"shop", "crm"};

Route route(std::string_view sql, std::string_view schema = "shop") {
    return route_statement(schema::classify(sql, schema, {}), selected).route;
}

TEST(StatementRouter, DdlInsideTheSelectionIsApplied) {
    EXPECT_EQ(route("ALTER TABLE orders ADD c INT"), Route::apply);
    EXPECT_EQ(route("CREATE INDEX i ON crm.t (a)", "other"), Route::apply);
    EXPECT_EQ(route("DROP DATABASE crm", ""), Route::apply);
    EXPECT_EQ(route("RENAME TABLE shop.a TO crm.a"), Route::apply);
}

TEST(StatementRouter, DdlOutsideTheSelectionIsIgnored) {
    EXPECT_EQ(route("ALTER TABLE orders ADD c INT", "other"), Route::ignore);
    EXPECT_EQ(route("CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1", "other"), Route::ignore);
    EXPECT_EQ(route("CREATE DATABASE other", "shop"), Route::ignore);
}

TEST(StatementRouter, AStatementAcrossTheBorderOfTheSelectionStopsTheTask) {
    EXPECT_EQ(route("RENAME TABLE shop.a TO other.a"), Route::stop);
    EXPECT_EQ(route("DROP TABLE shop.a, other.b"), Route::stop);
}

TEST(StatementRouter, EventDdlIsAlwaysHeldNeverApplied) {
    EXPECT_EQ(route("CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1"), Route::hold);
    EXPECT_EQ(route("/* x */ ALTER /* y */ DEFINER='a b'@'%' EVENT e ENABLE"), Route::hold);
    EXPECT_EQ(route("DROP EVENT IF EXISTS`e`"), Route::hold);
    EXPECT_EQ(route("ALTER EVENT shop.e RENAME TO other.e"), Route::hold);
}

TEST(StatementRouter, AccountsAreIgnoredAndRowChangesAsStatementsStop) {
    EXPECT_EQ(route("CREATE USER u IDENTIFIED BY 'x'"), Route::ignore);
    EXPECT_EQ(route("GRANT SELECT ON shop.* TO u"), Route::ignore);
    EXPECT_EQ(route("INSERT INTO orders VALUES (1)"), Route::stop);
}

TEST(StatementRouter, WhatIsNotUnderstoodStops) {
    EXPECT_EQ(route("FROBNICATE TABLE orders"), Route::stop);
    EXPECT_EQ(route("CREATE TABLE 'broken"), Route::stop);
}

}  // namespace
}  // namespace penstock::apply
