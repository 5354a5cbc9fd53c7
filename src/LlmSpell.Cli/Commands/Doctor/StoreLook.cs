using LlmSpell.Cli.Configuration;
using LlmSpell.Cli.Opening;
using LlmSpell.Cli.Opening.Backends;
using LlmSpell.State;

namespace LlmSpell.Cli.Commands.Doctor;

/// <summary>The state as it was found.</summary>
/// <param name="Opened">Open for reading; null if there is none, or it cannot be opened.</param>
/// <param name="Status">What it says of itself.</param>
/// <param name="Inspection">What a look into it found.</param>
/// <param name="Failure">Why it cannot be opened or read.</param>
internal sealed record StoreLook(ReadableStore? Opened, StoreStatus? Status, StoreInspection? Inspection, StateException? Failure) : IDisposable
{
    /// <summary>A longer store is not read through: a person looks on.</summary>
    public const long MaxBytes = 128L << 20;

    public StateStore? Store => Opened?.Store;

    public static StoreLook Open(StateConfiguration configuration, TimeProvider clock)
    {
        ReadableStore? opened = null;
        try
        {
            if (!BackendFactory.HasStore(configuration))
            {
                return new StoreLook(null, null, null, null);
            }

            ReadableStore found = BackendFactory.OpenStoreForReading(configuration with { FlushInterval = TimeSpan.Zero }, clock);
            opened = found;
            return new StoreLook(found, found.Store.ReadStatus(), BackendFactory.Inspect(configuration, found.Store, MaxBytes, clock), null);
        }
        catch (StateException failure)
        {
            opened?.Store.Dispose();
            return new StoreLook(null, null, null, failure);
        }
    }

    public void Dispose() => Store?.Dispose();
}
