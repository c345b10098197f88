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

package io.github.natsspring.observation;

import io.micrometer.common.KeyValues;

/**
 * The default convention for the runs of one listener: what is the same for each run is
 * made once, and what only spans have is made when somebody reads it.
 */
final class ListenerConvention extends DefaultNatsListenerObservationConvention {

	private final KeyValues keyValues;

	private final String contextualName;

	ListenerConvention(NatsListenerContext.Listener listener) {
		this.keyValues = keyValues(listener);
		this.contextualName = contextualName(listener);
	}

	@Override
	public String getContextualName(NatsListenerContext context) {
		return this.contextualName;
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(NatsListenerContext context) {
		return this.keyValues;
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(NatsListenerContext context) {
		context.addDefaultsWhenRead();
		return KeyValues.empty();
	}

}
