#include "schema/session_context.h"

#include <gtest/gtest.h>

namespace penstock::schema {
namespace {

SessionContext context(std::string source_time_zone = {}) {
    return SessionContext(Collations({{8, {"latin1", "latin1_swedish_ci"}},
                                      {255, {"utf8mb4", "utf8mb4_0900_ai_ci"}}}),
                          {{"sql_require_primary_key", "OFF"},
                           {"explicit_defaults_for_timestamp", "ON"},
                           {"foreign_key_checks", "ON"},
                           {"time_zone", "+00:00"},
                           {"lc_time_names", "en_US"},
                           {"character_set_client", "utf8mb4"},
                           {"collation_connection", "utf8mb4_0900_ai_ci"},
                           {"sql_mode", "STRICT_ALL_TABLES"}},
                          std::move(source_time_zone));
}

std::string joined(const Result<std::vector<std::string>>& statements) {
    if (!statements) return statements.error().to_string();
    std::string all;
    for (const std::string& statement : *statements) all += statement + ";";
    return all;
}

TEST(SessionContext, ReproducesWhatTheEventSays) {
    StreamStatement statement;
    statement.flags2 = 1U << 26;
    statement.character_set_client = 8;
    statement.collation_connection = 8;
    statement.time_zone = "Europe/Berlin";
    statement.lc_time_names = 4;
    statement.timestamp_us = 1'700'000'000'000'123;
    statement.sql_mode = 4;
    EXPECT_EQ(joined(context().statements_for(statement)),
              "SET @@SESSION.foreign_key_checks=OFF, @@SESSION.unique_checks=ON,"
              " @@SESSION.sql_auto_is_null=OFF, @@SESSION.lc_time_names=4,"
              " @@SESSION.time_zone='Europe/Berlin', @@SESSION.timestamp=1700000000.000123,"
              " @@SESSION.character_set_client='latin1',"
              " @@SESSION.collation_connection='latin1_swedish_ci',"
              " @@SESSION.sql_mode='ANSI_QUOTES';");
    EXPECT_EQ(joined(context().restore(statement)),
              "SET @@SESSION.foreign_key_checks=ON, @@SESSION.unique_checks=DEFAULT,"
              " @@SESSION.sql_auto_is_null=DEFAULT, @@SESSION.lc_time_names='en_US',"
              " @@SESSION.time_zone='+00:00', @@SESSION.timestamp=DEFAULT,"
              " @@SESSION.character_set_client='utf8mb4',"
              " @@SESSION.collation_connection='utf8mb4_0900_ai_ci',"
              " @@SESSION.sql_mode='STRICT_ALL_TABLES';");
}

TEST(SessionContext, LeavesRestrictedVariablesAloneThatAreAsWantedOrUnknown) {
    StreamStatement statement;
    statement.sql_require_primary_key = false;          // as it is
    statement.explicit_defaults_for_timestamp = false;  // differs
    statement.default_table_encryption = true;          // the destination doesn't know it
    EXPECT_EQ(joined(context().statements_for(statement)),
              "SET @@SESSION.explicit_defaults_for_timestamp=OFF;");
    EXPECT_EQ(joined(context().restore(statement)),
              "SET @@SESSION.explicit_defaults_for_timestamp=ON;");
}

TEST(SessionContext, SaysNothingForAnEventThatSaysNothing) {
    EXPECT_EQ(joined(context().statements_for({})), "");
    EXPECT_EQ(joined(context().restore({})), "");
}

TEST(SessionContext, TakesTheSourcesZoneForSystem) {
    StreamStatement statement;
    statement.time_zone = "SYSTEM";
    EXPECT_EQ(joined(context().statements_for(statement)), "SET @@SESSION.time_zone='SYSTEM';");
    EXPECT_EQ(joined(context("+02:00").statements_for(statement)),
              "SET @@SESSION.time_zone='+02:00';");
}

TEST(SessionContext, RefusesWhatTheDestinationDoesNotKnow) {
    StreamStatement statement;
    statement.character_set_client = 999;
    EXPECT_FALSE(context().statements_for(statement));
    statement = {};
    statement.time_zone = "x', sql_log_bin='0";
    EXPECT_FALSE(context().statements_for(statement));
}

}  // namespace
}  // namespace penstock::schema
