using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LlmSpell.Backup;
using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Native;
using LlmSpell.State;

namespace LlmSpell.Lua.Backups;

/// <summary>
/// The backup functions of the global State; Prelude/state.lua calls them. What fails while it runs is a table with success = false;
/// only misuse is raised.
/// </summary>
internal static unsafe class BackupFunctions
{
    internal static void Register(LuaState state)
    {
        Callback.Register(state, "create_backup"u8, &OnCreate);
        Callback.Register(state, "list_backups"u8, &OnList);
        Callback.Register(state, "validate_backup"u8, &OnValidate);
        Callback.Register(state, "pin_backup"u8, &OnPin);
        Callback.Register(state, "unpin_backup"u8, &OnUnpin);
        Callback.Register(state, "cleanup_backups"u8, &OnCleanup);
        Callback.Register(state, "get_storage_usage"u8, &OnUsage);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnCreate(LuaState state) => Callback.Run(state, &Create);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnList(LuaState state) => Callback.Run(state, &List);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnValidate(LuaState state) => Callback.Run(state, &Validate);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnPin(LuaState state) => Callback.Run(state, &Pin);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnUnpin(LuaState state) => Callback.Run(state, &Unpin);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnCleanup(LuaState state) => Callback.Run(state, &Cleanup);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnUsage(LuaState state) => Callback.Run(state, &Usage);

    private static int Create(LuaState state, LuaHost host)
    {
        CreateRequest request = BackupArguments.CreateRequest(state);
        host.Store.Transaction.RefuseInside("create_backup");
        return PushResult(state, host, (service, stop) => service.CreateAsync(request, stop), BackupTables.Push);
    }

    private static int List(LuaState state, LuaHost host) =>
        PushResult(state, host, static (service, stop) => service.ListAsync(stop), BackupTables.Push);

    private static int Validate(LuaState state, LuaHost host)
    {
        string id = BackupArguments.Id(state, "validate_backup");
        ValidationDepth depth = BackupArguments.Depth(state);
        int results = PushResult(state, host, (service, stop) => SingleValidation.RunAsync(service, id, depth, stop), BackupTables.Push);
        BackupTables.CompleteValidation(state);
        return results;
    }

    private static int Pin(LuaState state, LuaHost host)
    {
        (string id, string reason) = BackupArguments.Pin(state);
        return PushResult(state, host, (service, stop) => service.PinAsync(id, reason, stop), BackupTables.Push);
    }

    private static int Unpin(LuaState state, LuaHost host)
    {
        string id = BackupArguments.Id(state, "unpin_backup");
        return PushResult(state, host, (service, stop) => service.UnpinAsync(id, stop), (state, wasPinned) => BackupTables.PushUnpinned(state, id, wasPinned));
    }

    private static int Cleanup(LuaState state, LuaHost host)
    {
        CleanupRequest request = BackupArguments.CleanupRequest(state);
        return PushResult(state, host, (service, stop) => service.CleanupAsync(request, stop), BackupTables.Push);
    }

    private static int Usage(LuaState state, LuaHost host) =>
        PushResult(state, host, static (service, stop) => service.GetStorageUsageAsync(stop), BackupTables.Push);

    /// <summary>Pushes nil, then the table of the result or of the failure.</summary>
    /// <exception cref="LuaCallException">The script has to end.</exception>
    internal static int PushResult<T>(
        LuaState state, LuaHost host, Func<BackupService, CancellationToken, Task<T>> call, Action<LuaState, T> push)
    {
        state.PushNil();
        if (host.Options.Backups is null)
        {
            BackupTables.PushFailure(state, host.Options.BackupsOffReason, hint: null);
            return 2;
        }

        T result;
        try
        {
            result = Call(host, call);
        }
        catch (StateException failure)
        {
            BackupTables.PushFailure(state, failure.Message, failure.Hint);
            return 2;
        }

        push(state, result);
        return 2;
    }

    /// <summary>Waits for a call of the backups.</summary>
    /// <exception cref="StateException">It failed.</exception>
    /// <exception cref="LuaCallException">There are no backups.</exception>
    /// <exception cref="OperationCanceledException">The script has to end.</exception>
    internal static T Call<T>(LuaHost host, Func<BackupService, CancellationToken, Task<T>> call)
    {
        if (host.Options.Backups is not { } service)
        {
            throw new LuaCallException(host.Options.BackupsOffReason);
        }

        // A script waits for its backup; there is no synchronization context that could be waited for in turn.
        return call(service, host.Stop.Token).GetAwaiter().GetResult();
    }
}
