// BinlogReader: the events and rows of a binlog file of MySQL (5.6 to 9.7) or MariaDB (10.5 to
// 11.8).
//
// It does no I/O: give it the file's bytes from the first one on, in pieces of any size.
//
//   penstock::BinlogReader reader;
//   while (true) {
//       const auto event = reader.next();
//       if (!event) return event.error();          // damaged, or refused
//       if (*event == nullptr) {                   // more bytes are wanted
//           if (piece = read(...); piece.empty()) break;
//           reader.feed(piece);
//           continue;
//       }
//       if (const auto* rows = std::get_if<penstock::BinlogRows>(&(*event)->content)) {
//           while (true) {
//               const auto row = reader.next_row();
//               if (!row) return row.error();
//               if (*row == nullptr) break;        // the event has no more
//               ... (*row)->after[0].integer() ...
//           }
//       }
//   }
//   return reader.finish();                        // an error if the file ends inside of an event
//
// What is compressed comes out plain: the events of a compressed transaction follow its
// Transaction_payload event, and MariaDB's compressed events have the content of ordinary ones.
// Files whose bytes are encrypted, or are compressed by another program, are not for this reader.
//
// Lifetimes: bytes that were fed are borrowed until next() answers nullptr; they must not change
// before. An event and all that is reached from it are valid until next() is called, a row until
// next() or next_row() is called. Nothing outlives the reader.
//
// Errors name the event's type and offset and the reason. ErrorKind::corrupt: the bytes contradict
// the format, or a checksum does not match. ErrorKind::refused: well-formed, but not for this
// reader: an encrypted file, a file of before MySQL 5.0, an event that a newer server added. After
// an error the reader gives the same one for ever. Rows are looked at by next_row() only: damage in
// those that are not asked for is found by the checksum, if the file has them.
//
// Memory: one event (1 GiB at most, as the servers have it), once more if it is compressed, values
// of one row as far as they are compressed (again 1 GiB at most), and the tables: their definitions
// take 16 MiB of the file at most, and about a hundred times that if somebody makes them up to do
// so. A length is never believed before the bytes are there. Bytes that were fed are copied only
// where an event goes on in the next piece: whoever maps a whole file feeds it once.
//
// One thread at a time. Any number of readers.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "penstock/binlog_event.h"
#include "penstock/binlog_row.h"
#include "penstock/result.h"

namespace penstock {

class BinlogReader {
public:
    struct Options {
        // Refuse orders of events that no server writes, and incidents (the server lost changes).
        // Off: for relay logs and for files that were cut; `step` then says what it can.
        bool check_order = true;
    };

    BinlogReader();
    explicit BinlogReader(Options options);
    ~BinlogReader();
    BinlogReader(BinlogReader&&) noexcept;
    BinlogReader& operator=(BinlogReader&&) noexcept;

    // The next bytes of the file. Only at the beginning, and when next() has answered nullptr.
    void feed(std::span<const std::uint8_t> bytes);

    // The next event; nullptr: feed() more.
    [[nodiscard]] Result<const BinlogEvent*> next();

    // The next row of the event that next() answered last, which has BinlogRows; nullptr after the
    // last row. Rows need not be read, nor all of them.
    [[nodiscard]] Result<const BinlogRow*> next_row();

    // The transaction that the last event belongs to; nullptr outside of transactions, and for
    // servers that write no GTID event (before MySQL 5.7).
    [[nodiscard]] const BinlogGtid* transaction() const;

    // When there are no more bytes: whether the file ends where an event ends. The file of a
    // running or crashed server may not.
    [[nodiscard]] Result<void> finish() const;

private:
    struct Impl;

    std::unique_ptr<Impl> impl_;
};

}  // namespace penstock
