namespace LlmSpell.State;

/// <summary>
/// Copies the whole state of one store into another, whatever their backends are: the source as it is at one moment, the target in one atomic step.
/// Nothing in the source is trusted: each entry is checked on its way. Not thread-safe.
/// </summary>
/// <remarks>
/// From <see cref="Begin"/> to the end nobody else writes into the target; a snapshot of it shows what will be replaced. Whoever ends it before
/// <see cref="Run"/> has returned leaves the target as it was.
/// </remarks>
public sealed class StateCopy : IDisposable
{
    private readonly StateStore _target;
    private readonly IStateSnapshot _snapshot;
    private readonly IStateReplacement _replacement;

    private StateCopy(StateStore target, IStateSnapshot snapshot, IStateReplacement replacement)
    {
        _target = target;
        _snapshot = snapshot;
        _replacement = replacement;
    }

    /// <summary>The state that is copied.</summary>
    public StoreStatus Source => _snapshot.Status;

    /// <summary>The state that is replaced. What it holds is lost with <see cref="Run"/>, so look at its entries first.</summary>
    public StoreStatus Target => _replacement.Present;

    /// <summary>Whether the target may have been switched. Until then it is as it was, whatever has failed.</summary>
    internal bool MayBeSwitched { get; private set; }

    /// <summary>Takes hold of both states; waits for writers of the target.</summary>
    /// <exception cref="ArgumentException">Both are the same store.</exception>
    /// <param name="source">The state that is copied.</param>
    /// <param name="target">The state that is replaced.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StateBusyException">Another process held the target for longer than its busy timeout.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled while it waited.</exception>
    public static StateCopy Begin(StateStore source, StateStore target, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        if (ReferenceEquals(source, target))
        {
            throw new ArgumentException("A store cannot be copied into itself.", nameof(target));
        }

        IStateReplacement replacement = target.BeginReplacement(cancellationToken);
        try
        {
            return new StateCopy(target, source.OpenSnapshot(), replacement);
        }
        catch
        {
            replacement.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Copies all entries with their times, and switches the target to them, under a new lineage. Returns when that survives a power loss.
    /// </summary>
    /// <param name="adoptsStore">
    /// Whether the target takes over the store id of the source, and so its backups; only for a target that takes the place of the source.
    /// </param>
    /// <param name="progress">Is told how many entries are done, every few hundred; null: nobody is.</param>
    /// <param name="cancellationToken">Ends it before the switch; the target is then as it was.</param>
    /// <returns>The target after that; its entries and fingerprint are those of <see cref="Source"/>.</returns>
    /// <exception cref="StateCorruptException">An entry of the source is damaged, or they do not add up to what it says; the target is as it was.</exception>
    public StoreStatus Run(bool adoptsStore = false, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        StoreStatus source = Source;
        using (VerifiedEntries entries = new(_snapshot.Scan(KeyRange.All), progress, cancellationToken))
        {
            _replacement.Append(entries);
            if ((entries.Entries, entries.Fingerprint) != (source.Entries, source.Fingerprint))
            {
                throw new StateCorruptException(
                    $"The source says that it has {Sum(source.Entries, source.Fingerprint)}, but it holds {Sum(entries.Entries, entries.Fingerprint)}.",
                    "The target is as it was. `llmspell state check` says more about the source.");
            }
        }

        if ((_replacement.Entries, _replacement.Fingerprint) != (source.Entries, source.Fingerprint))
        {
            throw NotTheSame(_replacement.Entries, _replacement.Fingerprint, "The target is as it was. Try again, and look at the disk of the target.");
        }

        cancellationToken.ThrowIfCancellationRequested();
        MayBeSwitched = true;
        StoreStatus after = _replacement.Commit(backupId: null, adoptsStore ? source.Store : null);
        _target.Flush();
        return (after.Entries, after.Fingerprint) == (source.Entries, source.Fingerprint)
            ? after
            : throw NotTheSame(after.Entries, after.Fingerprint, "The source is as it was. `llmspell state check` says more about the target.");
    }

    /// <summary>Lets go of both.</summary>
    public void Dispose()
    {
        _replacement.Dispose();
        _snapshot.Dispose();
    }

    private StateCorruptException NotTheSame(long entries, Fingerprint fingerprint, string hint) => new(
        $"{Sum(Source.Entries, Source.Fingerprint)} were copied, but the target holds {Sum(entries, fingerprint)}.", hint);

    private static string Sum(long entries, Fingerprint fingerprint) => $"{entries} entries with fingerprint {fingerprint}";
}
