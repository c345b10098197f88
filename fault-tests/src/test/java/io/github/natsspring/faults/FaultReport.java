/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package io.github.natsspring.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import io.github.natsspring.test.DeliveryVerdict;
import tools.jackson.databind.json.JsonMapper;

/**
 * The results of the scenarios that count messages. Each is written to
 * {@code target/faults.json} when it is there, before it is judged.
 */
final class FaultReport {

	private static final String BEGIN = "<!-- The table is written by: mvn verify -Pfaults -->";

	private static final String END = "<!-- End of the table -->";

	private static final JsonMapper mapper = new JsonMapper();

	private FaultReport() {
	}

	static synchronized void add(String scenario, String server, DeliveryVerdict verdict, Duration gap) {
		add(new Row(scenario, server, verdict.ok(), verdict.unknown(), verdict.lost().size(), verdict.redeliveries(),
				gap.toMillis()));
	}

	static synchronized void add(Row row) {
		locked(() -> {
			Map<String, Row> rows = new TreeMap<>();
			read().forEach((one) -> rows.put(one.key(), one));
			rows.put(row.key(), row);
			write(file(), mapper.writerWithDefaultPrettyPrinter().writeValueAsString(rows.values()));
		});
	}

	/**
	 * The classes are shared out among processes.
	 */
	private static void locked(Runnable action) {
		Path lock = file().resolveSibling(file().getFileName() + ".lock");
		try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
			channel.lock();
			action.run();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Path file() {
		return Path.of(System.getProperty("faults.report", "target/faults.json"));
	}

	private static List<Row> read() {
		return Files.exists(file()) ? List.of(mapper.readValue(file().toFile(), Row[].class)) : List.of();
	}

	/**
	 * Print the table, and write it to the page if there is one.
	 */
	static synchronized void finish() {
		if (Files.exists(file())) {
			locked(FaultReport::publish);
		}
	}

	private static void publish() {
		List<Row> rows = read();
		if (rows.isEmpty()) {
			return;
		}
		String table = table(rows);
		System.out.println(table);
		String page = System.getProperty("faults.page", "");
		if (!page.isBlank()) {
			Path file = Path.of(page);
			try {
				write(file, replaceTable(Files.readString(file), table));
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
	}

	static String replaceTable(String page, String table) {
		int begin = page.indexOf(BEGIN);
		int end = page.indexOf(END);
		if (begin < 0 || end < begin) {
			throw new IllegalStateException(
					"The page has no place for the table; it needs the lines '%s' and '%s'".formatted(BEGIN, END));
		}
		return page.substring(0, begin + BEGIN.length()) + "\n\n" + table + "\n" + page.substring(end);
	}

	static String table(List<Row> rows) {
		StringBuilder table = new StringBuilder();
		table.append("| Scenario | nats-server | ok | unknown | lost | duplicates | longest gap |\n");
		table.append("|---|---|---:|---:|---:|---:|---:|\n");
		rows.forEach((row) -> table.append(String.format(Locale.ROOT, "| %s | %s | %,d | %,d | %,d | %,d | %s |\n",
				row.scenario(), row.server(), row.ok(), row.unknown(), row.lost(), row.duplicates(),
				(row.gap() > 0) ? String.format(Locale.ROOT, "%.1f s", row.gap() / 1000.0) : "–")));
		return table.toString();
	}

	private static void write(Path file, String text) {
		try {
			Files.writeString(file, text);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * A result.
	 *
	 * @param scenario the number in the catalogue, and what was done
	 * @param server the version of the server
	 * @param ok how many messages were confirmed to the publisher
	 * @param unknown of how many nobody can tell
	 * @param lost how many were confirmed and never handled
	 * @param duplicates how many times a message was handled once too often
	 * @param gap the longest time without a message, in milliseconds
	 */
	record Row(String scenario, String server, int ok, int unknown, int lost, int duplicates, long gap) {

		private String key() {
			return this.scenario + " / " + this.server;
		}

	}

}
