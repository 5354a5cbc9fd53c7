using System.Collections.Concurrent;
using System.IO.Hashing;

namespace LlmSpell.Backup;

/// <summary>
/// The layers that manifests name, each made once: a backup has most of its layers from its parent, and writes the same bytes about
/// them. Thread-safe.
/// </summary>
internal sealed class KnownLayers
{
    private readonly ConcurrentDictionary<byte[], ManifestLayer> _layers = new(new SameBytes());

    /// <param name="json">What the manifest says of the layer.</param>
    /// <returns>Null if no manifest has said just this before.</returns>
    internal ManifestLayer? Find(ReadOnlySpan<byte> json) =>
        _layers.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(json, out ManifestLayer? layer) ? layer : null;

    internal void Add(ReadOnlySpan<byte> json, ManifestLayer layer) => _layers.TryAdd(json.ToArray(), layer);

    private sealed class SameBytes : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        public int GetHashCode(ReadOnlySpan<byte> alternate) => (int)XxHash3.HashToUInt64(alternate);
    }
}
