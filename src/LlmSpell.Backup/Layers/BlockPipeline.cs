using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using System.Threading.Channels;

namespace LlmSpell.Backup;

/// <summary>
/// Compresses blocks on all cores and writes them in the order in which they came. Rent and submit from one thread.
/// </summary>
/// <remarks>
/// What is on its way is bounded by the number of buffers. Blocks of one large record have a few of their own, which keep their memory: given
/// back to the shared pool in between, it would be kept there once for each thread.
/// The compressing threads are our own, since the caller may block a thread of the pool while it waits for them. After a failure
/// blocks flow on without being compressed or written, so that nobody waits for ever; the failure is thrown at the next call.
/// </remarks>
internal sealed class BlockPipeline : IAsyncDisposable
{
    private const int MaxThreads = 32;
    private const int MaxLargeBlocks = 2;

    // Of blocks longer than this one at a time is compressed, while the next is read, so that only one compressed copy is in memory.
    private const int MaxBytesSideBySide = 8 << 20;

    private const int BuffersForFewThreads = 20;

    private readonly IRepositoryUpload _upload;
    private readonly BlockIndexBuilder _index;
    private readonly LayerCodec _codec;
    private readonly int _level;
    private readonly int _maxThreads = Math.Min(Environment.ProcessorCount, MaxThreads);
    private readonly int _maxBuffers;
    private readonly List<Thread> _threads = [];
    private readonly BlockingCollection<BlockBuffer> _free = [];
    private readonly BlockingCollection<BlockBuffer> _freeLarge = [];
    private readonly BlockingCollection<BlockBuffer> _toCompress = [];
    private readonly Channel<BlockBuffer> _toWrite =
        Channel.CreateUnbounded<BlockBuffer>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly SemaphoreSlim _turn = new(1); // of blocks longer than MaxBytesSideBySide
    private readonly CancellationTokenSource _stop = new();
    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Task _writing;
    private int _buffers;
    private int _largeBuffers;
    private volatile ExceptionDispatchInfo? _failure;

    internal BlockPipeline(IRepositoryUpload upload, BlockIndexBuilder index, LayerCodec codec, int level)
    {
        BlockCodec.CheckLevel(codec, level);
        _upload = upload;
        _index = index;
        _codec = codec;
        _level = level;

        // Each thread has one in hand while another waits for it, and one is being filled; twice that where it is not many, so that
        // nobody waits because the system lets one thread run for a while and then another.
        _maxBuffers = Math.Max((2 * _maxThreads) + 1, Math.Min((4 * _maxThreads) + 2, BuffersForFewThreads));
        _writing = Task.Run(WriteAllAsync);
    }

    /// <summary>Counts the blocks that were written; set before the first is submitted.</summary>
    internal ProgressMeter? Meter { get; set; }

    /// <summary>What all entries that were written add up to; complete once <see cref="CompleteAsync"/> has returned.</summary>
    internal StateSum Sum { get; private set; }

    /// <summary>An empty block; waits while too many are on their way.</summary>
    /// <param name="large">Whether it will be filled with one record over <see cref="LayerLimits.MaxBlockBytes"/>.</param>
    internal BlockBuffer Rent(bool large)
    {
        _failure?.Throw();
        BlockBuffer block = large ? Rent(_freeLarge, ref _largeBuffers, MaxLargeBlocks, large) : Rent(_free, ref _buffers, _maxBuffers, large);
        _failure?.Throw();
        return block;
    }

    internal void Submit(BlockBuffer block)
    {
        _failure?.Throw();
        if (_threads.Count < _maxThreads)
        {
            Thread thread = new(CompressAll) { IsBackground = true, Name = "llmspell compress" };
            thread.Start();
            _threads.Add(thread);
        }

        if (IsAlone(block))
        {
            // Here and not where it is compressed: there a later one could have the turn before an earlier one, which is written first.
            _turn.Wait();
        }

        _toCompress.Add(block);
        _toWrite.Writer.TryWrite(block);
    }

    /// <summary>Returns the SHA-256 of all that was written, once all is.</summary>
    internal async Task<string> CompleteAsync(CancellationToken cancellationToken)
    {
        _toWrite.Writer.TryComplete();
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        _failure?.Throw();
        return Convert.ToHexStringLower(_sha256.GetHashAndReset());
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _toWrite.Writer.TryComplete();
        await _writing.ConfigureAwait(false);
        _toCompress.CompleteAdding();
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }

        foreach (BlockBuffer block in _free.Concat(_freeLarge))
        {
            block.Dispose();
        }

        _free.Dispose();
        _freeLarge.Dispose();
        _toCompress.Dispose();
        _turn.Dispose();
        _stop.Dispose();
        _sha256.Dispose();
    }

    private static BlockBuffer Rent(BlockingCollection<BlockBuffer> free, ref int made, int most, bool large)
    {
        if (free.TryTake(out BlockBuffer? block))
        {
            return block;
        }

        if (made == most)
        {
            return free.Take();
        }

        made++;
        return new BlockBuffer(large);
    }

    private void CompressAll()
    {
        BlockCodec? codec = null;
        foreach (BlockBuffer block in _toCompress.GetConsumingEnumerable())
        {
            try
            {
                if (_failure is null)
                {
                    codec ??= BlockCodec.Create(_codec, _level);
                    block.Compress(codec);
                }

                block.Compressed.SetResult();
            }
            catch (Exception e)
            {
                block.Compressed.SetException(e);
            }
        }

        codec?.Dispose();
    }

    private async Task WriteAllAsync()
    {
        await foreach (BlockBuffer block in _toWrite.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                await block.Compressed.Task.ConfigureAwait(false);
                if (_failure is null)
                {
                    await WriteAsync(block).ConfigureAwait(false);
                }
            }
            catch (Exception e)
            {
                _failure ??= ExceptionDispatchInfo.Capture(e);
            }

            if (IsAlone(block))
            {
                block.ReturnStored();
                _turn.Release();
            }

            block.Reset();
            (block.IsLarge ? _freeLarge : _free).Add(block);
        }
    }

    private static bool IsAlone(BlockBuffer block) => block.RawLength > MaxBytesSideBySide;

    private async Task WriteAsync(BlockBuffer block)
    {
        BlockEntry entry = block.Describe(_index.DataBytes);
        _index.Add(entry, block.Raw);
        _sha256.AppendData(block.Stored.Span);
        StateSum sum = Sum;
        sum.Add(block.Sum);
        Sum = sum;
        await _upload.WriteAsync(block.Stored, _stop.Token).ConfigureAwait(false);
        Meter?.Add(entry.Records, entry.RawLength);
    }
}
