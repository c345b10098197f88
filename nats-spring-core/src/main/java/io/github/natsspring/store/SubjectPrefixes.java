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

package io.github.natsspring.store;

import io.nats.client.JetStreamOptions;
import io.nats.client.api.External;
import io.nats.client.api.Mirror;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.support.NatsKeyValueUtil;

/**
 * Where the keys of a bucket are, as all clients have it: a mirror is read by its own
 * name, or by that of a bucket elsewhere, and written to where it comes from.
 *
 * @param read what the subjects of stored keys begin with
 * @param write what the subjects of changes begin with
 */
record SubjectPrefixes(String read, String write) {

	static SubjectPrefixes of(String bucket, StreamConfiguration configuration, JetStreamOptions options) {
		String own = NatsKeyValueUtil.toKeyPrefix(bucket);
		Mirror mirror = configuration.getMirror();
		if (mirror == null) {
			return new SubjectPrefixes(own, options.isDefaultPrefix() ? own : options.getPrefix() + own);
		}
		String origin = NatsKeyValueUtil.toKeyPrefix(NatsKeyValueUtil.trimPrefix(mirror.getName()));
		External external = mirror.getExternal();
		if (external == null || external.getApi() == null) {
			return new SubjectPrefixes(own, origin);
		}
		return new SubjectPrefixes(origin, external.getApi() + "." + origin);
	}

}
