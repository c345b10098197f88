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

package io.github.natsspring.test;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What listeners have seen: the other side of the proof that nothing is lost. A listener
 * appends each message before it settles it; the test reads the file when the listener
 * has gone.
 * <p>
 * A line is with the operating system when a method returns, so that a {@code kill -9} of
 * this JVM does not take it away (the end of the machine may). Several JVMs may append to
 * one file on a local disk. All methods may be called by any thread, also an interrupted
 * one.
 *
 * @see PublishLedger
 * @see DeliveryVerdict
 */
public final class SeenFile implements AutoCloseable {

	private static final char SEPARATOR = '\t';

	// A channel would be closed by the interrupt of a thread that writes
	private final FileOutputStream stream;

	private final Path file;

	private SeenFile(Path file, FileOutputStream stream) {
		this.file = file;
		this.stream = stream;
	}

	/**
	 * Open a file.
	 * @param file the file, made when missing, in a directory that exists
	 * @return the file, appending
	 * @throws UncheckedIOException if it cannot be opened
	 */
	public static SeenFile appendTo(Path file) {
		try {
			return new SeenFile(file, new FileOutputStream(file.toFile(), true));
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Could not open " + file, ex);
		}
	}

	/**
	 * Append a message of which the order does not matter.
	 * @param id the id of the message
	 * @throws IllegalArgumentException if the id is empty or has a tab or a line break
	 * @throws UncheckedIOException if that fails
	 */
	public void append(String id) {
		append(id, "", 0);
	}

	/**
	 * Append a message.
	 * @param id the id of the message
	 * @param key the key within which the order matters
	 * @param sequence the place of the message, rising within its key
	 * @throws IllegalArgumentException if id or key have a tab or a line break, or the id
	 * is empty
	 * @throws UncheckedIOException if that fails
	 */
	public void append(String id, String key, long sequence) {
		if (id.isEmpty()) {
			throw new IllegalArgumentException("The id is empty; give each message one of its own");
		}
		String line = check("id", id) + SEPARATOR + check("key", key) + SEPARATOR + sequence + '\n';
		try {
			// One write to a file opened for appending: lines of several JVMs do not mix
			this.stream.write(line.getBytes(StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Could not append to " + this.file, ex);
		}
	}

	private static String check(String what, String value) {
		if (value.indexOf(SEPARATOR) >= 0 || value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0) {
			throw new IllegalArgumentException("The %s '%s' has a tab or a line break; choose one without"
				.formatted(what, value.replaceAll("\\s", "?")));
		}
		return value;
	}

	/**
	 * Close the file.
	 * @throws UncheckedIOException if that fails
	 */
	@Override
	public void close() {
		try {
			this.stream.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Could not close " + this.file, ex);
		}
	}

	/**
	 * Read what was seen so far.
	 * @param file the file; one that is missing has nothing
	 * @return one record for each call of {@code append}, in their order
	 * @throws UncheckedIOException if it cannot be read
	 * @throws IllegalStateException if it has a line that is none of ours
	 */
	public static List<Seen> read(Path file) {
		try {
			List<Seen> seen = new ArrayList<>();
			String text = Files.exists(file) ? Files.readString(file) : "";
			// A line without its end is still being written
			for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
				seen.add(Seen.parse(line));
			}
			return seen;
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Could not read " + file, ex);
		}
	}

	/**
	 * A message that was seen by a listener.
	 *
	 * @param id the id of the message
	 * @param key the key within which its order matters, or {@code null}
	 * @param sequence its place within the key, 0 without a key
	 */
	public record Seen(String id, @Nullable String key, long sequence) {

		private static Seen parse(String line) {
			String[] parts = line.split(String.valueOf(SEPARATOR), -1);
			try {
				if (parts.length == 3) {
					return new Seen(parts[0], parts[1].isEmpty() ? null : parts[1], Long.parseLong(parts[2]));
				}
			}
			catch (NumberFormatException ex) {
				// Said below
			}
			throw new IllegalStateException("'%s' is no line of a file of seen messages".formatted(line));
		}

	}

}
