namespace LlmSpell.State;

/// <summary>A replacement whose failed writes latch the store, and which a latched store does not take.</summary>
internal sealed class LatchedReplacement(IStateReplacement inner, StoreLatch latch) : IStateReplacement
{
    public StoreStatus Present => inner.Present;

    public Fingerprint Fingerprint => inner.Fingerprint;

    public long Entries => inner.Entries;

    public void Append(IEntryCursor entries)
    {
        try
        {
            inner.Append(entries);
        }
        catch (Exception e) when (latch.Note(e))
        {
            throw;
        }
    }

    public StoreStatus Commit(string? backupId, StoreId? adopt)
    {
        latch.Check();
        try
        {
            return inner.Commit(backupId, adopt);
        }
        catch (Exception e) when (latch.Note(e))
        {
            throw;
        }
    }

    public void Dispose() => inner.Dispose();
}
