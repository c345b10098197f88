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

package io.github.natsspring.listener.watch;

import java.util.ArrayList;
import java.util.List;

import io.github.natsspring.support.SubjectTemplate;
import io.nats.client.api.StreamConfiguration;

/**
 * The filters of the consumer of a watch: as narrow as the server can do it.
 */
final class WatchFilters {

	private WatchFilters() {
	}

	/**
	 * The filters.
	 * @param watch what is watched
	 * @param stream the stream behind the bucket
	 * @param several whether the server takes more than one
	 * @return at least one filter; may let more through than what is watched
	 */
	static List<String> of(BucketWatch watch, StreamConfiguration stream, boolean several) {
		// What a mirror holds has the subjects of its origin
		String bucket = (stream.getMirror() != null) ? "*" : watch.bucket();
		String prefix = watch.kind().prefix(bucket);
		int length = watch.kind().anyBucket().length();
		List<String> filters = distinct(watch.subjects()).stream()
			.map((template) -> prefix + template.pattern().substring(length))
			.toList();
		return (filters.size() == 1 || (several && !overlap(filters))) ? filters : List.of(prefix + ">");
	}

	private static List<SubjectTemplate> distinct(List<SubjectTemplate> templates) {
		List<SubjectTemplate> kept = new ArrayList<>();
		for (SubjectTemplate template : templates) {
			if (kept.stream().noneMatch((other) -> other.covers(template.pattern()))) {
				kept.removeIf((other) -> template.covers(other.pattern()));
				kept.add(template);
			}
		}
		return kept;
	}

	/**
	 * Whether a subject may match two filters, which the server refuses.
	 */
	private static boolean overlap(List<String> filters) {
		for (int i = 0; i < filters.size(); i++) {
			for (int j = 0; j < i; j++) {
				if (overlap(filters.get(i).split("\\."), filters.get(j).split("\\."))) {
					return true;
				}
			}
		}
		return false;
	}

	private static boolean overlap(String[] one, String[] other) {
		for (int i = 0; i < Math.min(one.length, other.length); i++) {
			if (one[i].equals(">") || other[i].equals(">")) {
				return true;
			}
			if (!one[i].equals("*") && !other[i].equals("*") && !one[i].equals(other[i])) {
				return false;
			}
		}
		return one.length == other.length;
	}

}
