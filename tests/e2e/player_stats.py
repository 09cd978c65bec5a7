"""config/player_stats.yaml on a real Kafka: statistics of players from a topic that the Confluent
client filled (CRC32), against a fold of it; two workers share the partitions, one takes over from
the other; the changelog is made by hand, empty, before the start."""

import json
import os
import random
import time
from datetime import datetime, timezone

from harness import case
from harness.tables_case import NEEDS, TablesCase
from harness.waiting import wait_until

SEED = int(os.environ.get("SEED", "2020"))
PARTITIONS = 4
PLAYERS = [f"player {number}" for number in range(20)] + ["Lúcio", "Ana/1"]
RECORDS = 4000
HOUR = 3_600_000


class PlayerStats(TablesCase):
    def setUp(self):
        super().setUp()
        self.use("player_stats", "games", PARTITIONS)
        self.changelog = self.app + "-player_aggregates-changelog"

    def games(self, chance, count):
        """In the order of nothing, but none too late: over two hours but ten minutes."""
        hour = (time.time_ns() // 1_000_000 // HOUR - 3) * HOUR
        for _ in range(count):
            player = chance.choice(PLAYERS)
            game = {"player_name": player, "damage": chance.randrange(20_000),
                    "healing": chance.randrange(15_000)}
            at = hour + chance.randrange(110 * 60_000) // 1000 * 1000
            game["timestamp"] = datetime.fromtimestamp(at / 1000, timezone.utc).strftime(
                "%Y-%m-%d %H:%M:%S")
            yield None, player.encode(), json.dumps(game).encode()

    def fold(self):
        """By player, and by (player, hour)."""
        games, hours = {}, {}
        for message, value in self.records():
            at = message.timestamp()[1]
            if value.get("timestamp"):
                at = int(datetime.fromisoformat(value["timestamp"] + "+00:00").timestamp()) * 1000
            start = datetime.fromtimestamp(at // HOUR * 3600, timezone.utc)
            games.setdefault(value["player_name"], []).append(value)
            hours.setdefault((value["player_name"], start.strftime("%Y-%m-%dT%H:%M:%SZ")),
                             []).append(value)
        return ({key: self.statistics(of) for key, of in games.items()},
                {key: self.statistics(of) for key, of in hours.items()})

    @staticmethod
    def statistics(games):
        damage = [game["damage"] for game in games]
        healing = [game["healing"] for game in games]
        return {"avg_dmg": sum(damage) / len(games), "avg_heal": sum(healing) / len(games),
                "top_dmg": max(damage), "top_heal": max(healing), "game_count": len(games)}

    def check(self, workers, wanted, seconds=60):
        """Each player is answered by one of the workers, and whoever answers is right."""
        def answers():
            found = {}
            for player in wanted:
                for worker in workers:
                    status, body = self.row(worker, "player_aggregates", player)
                    if status == 200:
                        found.setdefault(player, []).append(body["value"])
            return found
        wait_until(lambda: f"{wanted} is answered, {answers()}", lambda: all(
            value == wanted[player] for player, values in answers().items() for value in values)
            and answers().keys() == wanted.keys(), seconds, 0.3)

    def test_each_player_is_right_on_each_worker(self):
        print(f"SEED={SEED}")
        chance = random.Random(SEED)
        self.kafka.create(self.changelog, PARTITIONS)  # by hand, as people had to: it is adopted
        self.kafka.produce(self.topic, self.games(chance, RECORDS))
        first = self.start()
        players, hours = self.fold()
        self.wait_rows(first, "player_aggregates", players)
        self.wait_rows(first, "player_aggregates_hourly", hours)
        self.assertEqual(first.metrics().total("streamworker_partitioner_mismatches_total"), 0)
        self.assertEqual(first.metrics().total("streamworker_late_records_total"), 0)
        self.assertEqual(self.kafka.partitions(self.changelog), PARTITIONS)
        second = self.start(name="second")
        self.check([first, second], players)
        self.kafka.produce(self.topic, self.games(chance, RECORDS))
        self.produce_csv()  # of now: what is older by hours would be late from here on
        self.check([first, second], self.fold()[0])
        first.kill()
        players, hours = self.fold()
        self.check([second], players, 90)
        self.wait_rows(second, "player_aggregates", players)
        self.wait_rows(second, "player_aggregates_hourly", hours)
        self.assertEqual(second.metrics().total("streamworker_partitioner_mismatches_total"), 0)
        self.assertEqual(second.stop(), 0)

    def produce_csv(self):
        path = self.write("games.csv", "player_name,damage,healing\nLúcio,5,10000\nnew,1,2\n")
        self.produce_sample(path)
        self.produce_sample("--count", "3", "--sleep", "10ms")


if __name__ == "__main__":
    case.run(needs=NEEDS)
