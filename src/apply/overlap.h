// Overlap: what the full migration leaves to be reconciled with the stream.
//
// The copy is fuzzy: its chunks were read at different times, and the stream that is applied after
// it begins before all of them. Until the stream has passed the place where the copy ended, each
// row change is applied so that the touched row becomes what the source had then, whatever is
// there: writes replace, removals of missing rows do nothing, an update is a removal of the old and
// a write of the new row (an update that moves a key would lose the row otherwise), foreign keys
// are not checked. Every row touched in the overlap ends with its last image.
//
// That argument holds row by row as long as a table's name means the same table from the start set
// to the end of the copy. A rename, a swap or an exchange of partitions in between moves rows to
// where the copy has already been, or has not: such a statement on a copied table ends the task
// (name_watch.h).
//
// Rows without a key can't be told apart, so that a repeated write would double them. Their tables
// were copied at one exact moment; changes up to that moment are passed over.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

#include "penstock/gtid_set.h"
#include "relay/position.h"

namespace penstock::apply {

struct Overlap {
    relay::Position end;  // transactions that begin before are in the overlap; empty: none is
    std::set<std::pair<std::string, std::string>> tables;  // (schema, table): all that were copied
    // (schema, table) of tables without a key -> the transactions that their copy contains.
    std::map<std::pair<std::string, std::string>, GtidSet> keyless;

    [[nodiscard]] bool contains(const relay::Position& transaction_start) const {
        return !end.empty() && transaction_start < end;
    }
    // True where the copy of this table has this transaction already.
    [[nodiscard]] bool copied(const std::string& schema, const std::string& table,
                              const Gtid& gtid) const {
        const auto found = keyless.find({schema, table});
        return found != keyless.end() && found->second.contains(gtid);
    }
};

}  // namespace penstock::apply
