// in_transaction: several statements in one transaction of a Connection, committed together or
// rolled back. The caller's thread; the connection must not be in a transaction.
#pragma once

#include <utility>

#include "mysql/connection.h"

namespace penstock::mysql {

// `statements` returns Result<void>. A lost connection is rolled back by the server itself, so a
// failing ROLLBACK adds nothing to the error that led to it.
template <class Statements>
[[nodiscard]] Result<void> in_transaction(Connection& connection, Statements&& statements) {
    PENSTOCK_TRY(connection.execute("START TRANSACTION"));
    Result<void> done = std::forward<Statements>(statements)();
    if (done) {
        PENSTOCK_TRY(connection.execute("COMMIT"));
        return {};
    }
    static_cast<void>(connection.execute("ROLLBACK"));
    return done;
}

}  // namespace penstock::mysql
