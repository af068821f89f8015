#include "schema/object_ledger.h"

#include <gtest/gtest.h>

#include "schema/wave_runner.h"

namespace penstock::schema {
namespace {

Catalogue catalogue_of_each_kind() {
    Catalogue catalogue;
    DatabaseDefinition database;
    database.name = "d";
    database.collation = "latin1_bin";
    database.create_sql = "CREATE DATABASE `d`";
    catalogue.databases.push_back(database);
    TableDefinition table;
    table.schema = "d";
    table.name = "t";
    table.estimated_rows = 7;
    table.create_sql =
        "CREATE TABLE `t` (\n  `a` int,\n  CONSTRAINT `k` FOREIGN KEY (`a`) REFERENCES `t` "
        "(`a`)\n)";
    catalogue.tables.push_back(table);
    ViewDefinition view;
    view.schema = "d";
    view.name = "v";
    catalogue.views.push_back(view);
    RoutineDefinition routine;
    routine.schema = "d";
    routine.name = "p";
    catalogue.routines.push_back(routine);
    routine.name = "f";
    routine.kind = RoutineKind::function;
    catalogue.routines.push_back(routine);
    TriggerDefinition trigger;
    trigger.schema = "d";
    trigger.name = "g";
    trigger.table = "t";
    catalogue.triggers.push_back(trigger);
    ScheduledEventDefinition scheduled_event;
    scheduled_event.schema = "d";
    scheduled_event.name = "e";
    catalogue.scheduled_events.push_back(scheduled_event);
    return catalogue;
}

TEST(ObjectLedger, ListsObjectsInAnOrderInWhichTheyCanBeCreated) {
    const auto objects = ledger_objects(catalogue_of_each_kind(), true);
    ASSERT_TRUE(objects);
    std::string order;
    std::uint32_t sequence = 0;
    for (const LedgerObject& object : *objects) {
        EXPECT_EQ(object.sequence, ++sequence);
        order += std::to_string(object.wave) + " " + object.describe() + "\n";
    }
    EXPECT_EQ(
        order,
        "1 database `d`\n1 table `d`.`t`\n2 foreign key `d`.`k`\n2 function `d`.`f`\n"
        "2 procedure `d`.`p`\n2 view `d`.`v`\n2 trigger `d`.`g`\n3 scheduled event `d`.`e`\n");
}

TEST(ObjectLedger, KeepsForeignKeysApartFromTheirTable) {
    const auto objects = ledger_objects(catalogue_of_each_kind(), true);
    ASSERT_TRUE(objects);
    EXPECT_EQ((*objects)[1].create_sql, "CREATE TABLE `t` (\n  `a` int\n)");
    EXPECT_EQ((*objects)[1].estimated_rows, 7U);
    EXPECT_EQ((*objects)[2].table_name, "t");
    EXPECT_EQ((*objects)[2].create_sql, "CONSTRAINT `k` FOREIGN KEY (`a`) REFERENCES `t` (`a`)");
    EXPECT_EQ((*objects)[6].table_name, "t");
}

TEST(ObjectLedger, HoldsScheduledEventsOrSkipsThem) {
    EXPECT_EQ(ledger_objects(catalogue_of_each_kind(), true)->back().state, ObjectState::held);
    EXPECT_EQ(ledger_objects(catalogue_of_each_kind(), false)->back().state, ObjectState::skipped);
}

TEST(Waves, WantedTextsLeaveOutWhatMovesWithEveryInsert) {
    LedgerObject object;
    object.kind = ObjectKind::table;
    object.create_sql = "CREATE TABLE `t` (\n  `a` int\n) AUTO_INCREMENT=4";
    EXPECT_EQ(wanted_text(object), "CREATE TABLE `t` (\n  `a` int\n)");
    object.kind = ObjectKind::procedure;
    object.context.sql_mode = "ANSI";
    EXPECT_NE(wanted_text(object).find("sql_mode ANSI"), std::string::npos);
}

}  // namespace
}  // namespace penstock::schema
