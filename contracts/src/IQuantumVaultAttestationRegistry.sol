// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title QuantumVault attestation registry
/// @notice Public, append-only statements "this sender says: this asset is in this state". The contract
/// vouches for who said it and when, never for its truth: a reader decides which senders to believe.
/// @dev Every statement is keyed by its sender, so nobody can overwrite, block or repeat another's. All
/// hashes are keccak256: of the asset's and the anchor's id as text (lower-case hyphenated UUID, UTF-8), and
/// of the canonical (RFC 8785) JSON payload `qv-attestation-v1`. No personal data goes on the chain.
interface IQuantumVaultAttestationRegistry {
    /// @notice What the chain keeps of one recorded payload; one storage slot.
    /// @param recordedAt Block time in seconds since 1970; zero means never recorded.
    /// @param blockNumber `block.number` at recording: where to look for the event. Some rollups report
    /// their parent chain's number here, so it is a hint and not a proof.
    /// @param riskLevel 0 LOW, 1 MEDIUM, 2 HIGH, 3 CRITICAL.
    struct Record {
        uint64 recordedAt;
        uint64 blockNumber;
        uint8 riskLevel;
    }

    /// @notice A payload was recorded. Emitted exactly once per sender and payload.
    /// @param assetIdHash keccak256 of the asset's id.
    /// @param anchorIdHash keccak256 of the encryption anchor's id.
    /// @param riskLevel 0 LOW, 1 MEDIUM, 2 HIGH, 3 CRITICAL.
    /// @param payloadHash keccak256 of the canonical payload.
    /// @param timestamp Block time in seconds since 1970.
    /// @param txSender Who called the registry.
    event Attested(
        bytes32 indexed assetIdHash,
        bytes32 anchorIdHash,
        uint8 riskLevel,
        bytes32 indexed payloadHash,
        uint64 timestamp,
        address indexed txSender
    );

    /// @notice The asset id hash is zero.
    error ZeroAssetIdHash();

    /// @notice The anchor id hash is zero.
    error ZeroAnchorIdHash();

    /// @notice The payload hash is zero.
    error ZeroPayloadHash();

    /// @notice The risk level is above 3.
    /// @param riskLevel What was given.
    error InvalidRiskLevel(uint8 riskLevel);

    /// @notice This sender has recorded this payload before. A client that lost track of its own
    /// transaction learns here that it has arrived, and nothing is counted twice.
    /// @param payloadHash The payload.
    /// @param recordedAt When it was recorded, in seconds since 1970.
    error AlreadyRecorded(bytes32 payloadHash, uint64 recordedAt);

    /// @notice Records one payload under the caller's address and makes it the asset's latest.
    /// @param assetIdHash keccak256 of the asset's id; not zero.
    /// @param anchorIdHash keccak256 of the anchor's id; not zero.
    /// @param riskLevel 0 LOW, 1 MEDIUM, 2 HIGH, 3 CRITICAL.
    /// @param payloadHash keccak256 of the canonical payload; not zero, and new for this sender.
    function recordAttestation(
        bytes32 assetIdHash,
        bytes32 anchorIdHash,
        uint8 riskLevel,
        bytes32 payloadHash
    ) external;

    /// @notice The last payload that a sender recorded for an asset.
    /// @param sender Whose statement.
    /// @param assetIdHash About which asset.
    /// @return payloadHash The payload, or zero where the sender recorded none.
    /// @return entry Its record, all zero where the sender recorded none.
    function latest(address sender, bytes32 assetIdHash)
        external
        view
        returns (bytes32 payloadHash, Record memory entry);

    /// @notice The record of one payload.
    /// @param sender Whose statement.
    /// @param payloadHash The payload.
    /// @return entry Its record, all zero where the sender never recorded it.
    function recordOf(address sender, bytes32 payloadHash) external view returns (Record memory entry);

    /// @notice Whether a sender recorded a payload.
    /// @param sender Whose statement.
    /// @param payloadHash The payload.
    /// @return Whether it is recorded.
    function isRecorded(address sender, bytes32 payloadHash) external view returns (bool);
}
