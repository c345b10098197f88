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

package io.github.natsspring.benchmarks.scenario;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import jdk.jfr.Configuration;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedClass;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;

/**
 * A recording of JDK Flight Recorder over both sides, and what each of them spends most
 * of its time and memory on.
 */
final class Profile {

	private static final int SHOWN = 25;

	private static final int FRAMES = 6;

	private static final String OWN = "io.github.natsspring.";

	private static final String BENCHMARKS = "io.github.natsspring.benchmarks.";

	private final Path file;

	private final Recording recording;

	private final List<Span> spans = new ArrayList<>();

	private Profile(Path file) throws IOException, ParseException {
		this.file = file;
		this.recording = new Recording(Configuration.getConfiguration("profile"));
		this.recording.enable("jdk.ObjectAllocationSample").with("throttle", "3000/s");
		this.recording.start();
	}

	static Profile start(Path file) throws IOException, ParseException {
		return new Profile(file);
	}

	/**
	 * Tell the rounds of one side from those of the other.
	 */
	Side watch(String side, Side rounds) {
		return () -> {
			Instant began = Instant.now();
			try {
				return rounds.run();
			}
			finally {
				this.spans.add(new Span(side, began, Instant.now()));
			}
		};
	}

	/**
	 * End the recording, and say what is in it.
	 */
	void end(PrintStream out) throws IOException {
		this.recording.stop();
		this.recording.dump(this.file);
		this.recording.close();
		Map<String, Map<String, Double>> sites = new TreeMap<>();
		try (RecordingFile events = new RecordingFile(this.file)) {
			while (events.hasMoreEvents()) {
				add(events.readEvent(), sites);
			}
		}
		sites.forEach((name, site) -> print(name, site, out));
		out.println("\nRecorded to " + this.file);
	}

	private void add(RecordedEvent event, Map<String, Map<String, Double>> sites) {
		boolean allocation = event.getEventType().getName().equals("jdk.ObjectAllocationSample");
		boolean execution = event.getEventType().getName().equals("jdk.ExecutionSample");
		String side = (allocation || execution) ? side(event.getStartTime()) : null;
		if (side == null || event.getStackTrace() == null) {
			return;
		}
		RecordedClass type = allocation ? event.getClass("objectClass") : null;
		String site = ((type != null) ? type.getName() + " " : "") + site(event.getStackTrace().getFrames());
		sites.computeIfAbsent(side + (allocation ? ", memory" : ", time"), (key) -> new HashMap<>())
			.merge(site, allocation ? event.getLong("weight") : 1.0, Double::sum);
	}

	private @Nullable String side(Instant time) {
		return this.spans.stream()
			.filter((span) -> !time.isBefore(span.began()) && time.isBefore(span.ended()))
			.map(Span::side)
			.findFirst()
			.orElse(null);
	}

	/**
	 * The nearest frames, and the nearest of ours if that is farther.
	 */
	private static String site(List<RecordedFrame> frames) {
		StringBuilder site = new StringBuilder();
		for (int i = 0; i < frames.size(); i++) {
			String type = frames.get(i).getMethod().getType().getName();
			boolean ours = type.startsWith(OWN) && !type.startsWith(BENCHMARKS);
			if (i < FRAMES || ours) {
				site.append((i < FRAMES) ? " < " : " … ")
					.append(type.substring(type.lastIndexOf('.') + 1))
					.append('.')
					.append(frames.get(i).getMethod().getName())
					.append(':')
					.append(frames.get(i).getLineNumber());
			}
			if (ours) {
				break;
			}
		}
		return site.toString();
	}

	private static void print(String name, Map<String, Double> sites, PrintStream out) {
		double total = sites.values().stream().mapToDouble(Double::doubleValue).sum();
		out.printf("%n%s%n", name);
		sites.entrySet()
			.stream()
			.sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
			.limit(SHOWN)
			.forEach((site) -> out.printf("%5.1f %% %s%n", 100 * site.getValue() / total, site.getKey()));
	}

	private record Span(String side, Instant began, Instant ended) {
	}

}
