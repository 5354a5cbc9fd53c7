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
        Callback.Register(state, "restore_backup"u8, &OnRestore);
        Callback.Register(state, "validate_backup"u8, &OnValidate);
        Callback.Register(state, "cleanup_backups"u8, &OnCleanup);
        Callback.Register(state, "get_storage_usage"u8, &OnUsage);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnCreate(LuaState state) => Callback.Run(state, &Create);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnList(LuaState state) => Callback.Run(state, &List);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnRestore(LuaState state) => Callback.Run(state, &Restore);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnValidate(LuaState state) => Callback.Run(state, &Validate);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnCleanup(LuaState state) => Callback.Run(state, &Cleanup);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnUsage(LuaState state) => Callback.Run(state, &Usage);

    private static int Create(LuaState state, LuaHost host)
    {
        CreateRequest request = BackupArguments.CreateRequest(state);
        return PushResult(state, host, service => service.CreateAsync(request), BackupTables.Push);
    }

    private static int List(LuaState state, LuaHost host) =>
        PushResult(state, host, static service => service.ListAsync(), BackupTables.Push);

    private static int Restore(LuaState state, LuaHost host)
    {
        string id = BackupArguments.Id(state, "restore_backup");
        return PushResult(state, host, service => service.RestoreAsync(id), BackupTables.Push);
    }

    private static int Validate(LuaState state, LuaHost host)
    {
        string id = BackupArguments.Id(state, "validate_backup");
        int results = PushResult(state, host, service => service.ValidateAsync(id), BackupTables.Push);
        BackupTables.CompleteValidation(state);
        return results;
    }

    private static int Cleanup(LuaState state, LuaHost host)
    {
        CleanupRequest request = BackupArguments.CleanupRequest(state);
        return PushResult(state, host, service => service.CleanupAsync(request), BackupTables.Push);
    }

    private static int Usage(LuaState state, LuaHost host) =>
        PushResult(state, host, static service => service.GetStorageUsageAsync(), BackupTables.Push);

    /// <summary>Pushes nil, then the table of the result or of the failure.</summary>
    internal static int PushResult<T>(LuaState state, LuaHost host, Func<BackupService, Task<T>> call, Action<LuaState, T> push)
    {
        state.PushNil();
        if (host.Options.Backups is not { } service)
        {
            BackupTables.PushFailure(state, host.Options.BackupsOffReason, hint: null);
            return 2;
        }

        T result;
        try
        {
            // A script waits for its backup; there is no synchronization context that could be waited for in turn.
            result = call(service).GetAwaiter().GetResult();
        }
        catch (StateException failure)
        {
            BackupTables.PushFailure(state, failure.Message, failure.Hint);
            return 2;
        }

        push(state, result);
        return 2;
    }
}
