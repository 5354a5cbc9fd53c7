using System.Security.Cryptography;

namespace LlmSpell.Backup;

/// <summary>
/// Loads the blocks of a layer in their order, some ahead on other threads, and hashes the data file on the way. One caller at a time.
/// </summary>
internal sealed class BlockReadAhead : IAsyncDisposable
{
    // Blocks of one large record are read ahead only as far as they fit in here, with the one that the caller has.
    private const long MaxBytesAhead = 16 * LayerLimits.MaxBlockBytes;

    private readonly LayerFile _file;
    private readonly int _depth;
    private readonly bool _addUp;
    private readonly bool _keepStored;
    private readonly int _end;
    private readonly Queue<Task<LoadedBlock>> _ahead = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _bytesAhead;
    private int _bytesGivenOut;
    private int _started;
    private int _taken;

    /// <param name="file">The layer; it stays the caller's.</param>
    /// <param name="depth">How many blocks may be loaded at once, at least 1.</param>
    /// <param name="addUp">Whether each block's entries are hashed, too.</param>
    /// <param name="keepStored">Whether the blocks given out still have their stored bytes.</param>
    /// <param name="first">The block to begin with.</param>
    /// <param name="end">The block to end before; null: after the last.</param>
    internal BlockReadAhead(LayerFile file, int depth, bool addUp, bool keepStored = false, int first = 0, int? end = null)
    {
        _file = file;
        _depth = depth;
        _addUp = addUp;
        _keepStored = keepStored;
        _started = first;
        _taken = first;
        _end = end ?? file.Index.Count;
    }

    /// <summary>The next block, damaged or not, which is the caller's to dispose; null after the last.</summary>
    internal async ValueTask<LoadedBlock?> NextAsync(CancellationToken cancellationToken)
    {
        _bytesGivenOut = 0;
        Fill();
        if (_ahead.Count == 0)
        {
            return null;
        }

        LoadedBlock block = await _ahead.Peek().WaitAsync(cancellationToken).ConfigureAwait(false);
        _ = _ahead.Dequeue();
        _bytesGivenOut = _file.Index[_taken++].RawLength;
        _bytesAhead -= _bytesGivenOut;
        if (_depth > 1)
        {
            // The other threads go on while this one hashes, and while the caller looks at the block. With a depth of one no second block is held.
            Fill();
        }

        _sha256.AppendData(block.Stored.Span);
        if (!_keepStored)
        {
            block.ReleaseStored();
        }

        return block;
    }

    /// <summary>The SHA-256 of all blocks that were given out, after the last.</summary>
    internal string FinishHash() => Convert.ToHexStringLower(_sha256.GetHashAndReset());

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (Task<LoadedBlock> pending in _ahead)
        {
            try
            {
                (await pending.ConfigureAwait(false)).Dispose();
            }
            catch (Exception)
            {
                // Cancelled or failed: nobody waits for this block any more.
            }
        }

        _stop.Dispose();
        _sha256.Dispose();
    }

    private void Fill()
    {
        while (_started < _end && _ahead.Count < _depth)
        {
            int length = _file.Index[_started].RawLength;
            long held = _bytesAhead + _bytesGivenOut;
            if (held > 0 && held + length > MaxBytesAhead)
            {
                return;
            }

            int number = _started++;
            _bytesAhead += length;
            _ahead.Enqueue(Task.Run(() => _file.LoadAsync(number, _addUp, _stop.Token), _stop.Token));
        }
    }
}
