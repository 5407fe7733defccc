/** Networks: the clients' contract, histories with peers that die and come back, and what becomes of each way to fail. */
package io.packice.cluster.network;
