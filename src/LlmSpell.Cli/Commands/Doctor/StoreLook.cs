using LlmSpell.Cli.Configuration;
using LlmSpell.Cli.Opening;
using LlmSpell.Cli.Opening.Backends;
using LlmSpell.State;

namespace LlmSpell.Cli.Commands.Doctor;

/// <summary>The state as it was found.</summary>
/// <param name="Store">Open; null if there is none, or it cannot be opened.</param>
/// <param name="Status">What it says of itself.</param>
/// <param name="Inspection">What a look into it found.</param>
/// <param name="Holder">Says who has it to himself, where this is only a view of it.</param>
/// <param name="Failure">Why it cannot be opened or read.</param>
internal sealed record StoreLook(
    StateStore? Store, StoreStatus? Status, StoreInspection? Inspection, StateBusyException? Holder, StateException? Failure) : IDisposable
{
    /// <summary>A longer store is not read through: a person looks on.</summary>
    public const long MostBytes = 128L << 20;

    public static StoreLook Open(StateConfiguration configuration, TimeProvider clock)
    {
        StateStore? store = null;
        try
        {
            // An empty file becomes a state when it is opened, and looking makes none.
            if (!BackendFactory.HasStore(configuration) || BackendFactory.WouldMakeStore(configuration))
            {
                return new StoreLook(null, null, null, null, null);
            }

            (store, StateBusyException? holder) = BackendFactory.OpenStoreForReading(configuration with { FlushInterval = TimeSpan.Zero }, clock);
            return new StoreLook(store, store.ReadStatus(), BackendFactory.Inspect(configuration, store, MostBytes, clock), holder, null);
        }
        catch (StateException failure)
        {
            store?.Dispose();
            return new StoreLook(null, null, null, null, failure);
        }
    }

    public void Dispose() => Store?.Dispose();
}
